/**
 * Stands in for what VS Code puts around a webview's page: `acquireVsCodeApi`, the theme, whether the page is in sight,
 * and the time. Runs in the browser before anything of the page, and keeps what a test wants to know.
 */
// oxlint-disable-next-line no-unused-vars -- Called by what is put behind it.
function standAround({ body, data, variables, now, kept }) {
  const frame = {
    /** What the content security policy refused. */
    violations: [],
    /** How often something was drawn on a canvas. */
    drawn: 0,
    onDraw: () => {},
    now,
    isHidden: false,
    /** Puts a theme on, as VS Code does: all variables, the classes and the data of the body. */
    dress(theme) {
      const { style } = document.documentElement;
      for (const name of [...style].filter((each) => each.startsWith('--'))) style.removeProperty(name);
      for (const [name, value] of Object.entries(theme.variables)) style.setProperty(name, value);
      if (document.body === null) return;
      document.body.className = theme.body;
      Object.assign(document.body.dataset, theme.data);
    },
    hide(on) {
      frame.isHidden = on;
      document.dispatchEvent(new Event('visibilitychange'));
    },
  };
  Object.defineProperty(globalThis, 'signalboxFrame', { value: frame });

  // The html element and the body come one after the other, both before the page's script.
  const dressing = new MutationObserver(() => {
    if (document.documentElement !== null) frame.dress({ body, data, variables });
    if (document.body !== null) dressing.disconnect();
  });
  dressing.observe(document, { childList: true, subtree: true });

  const stateKey = 'signalbox-test-state';
  if (kept !== undefined && sessionStorage.getItem(stateKey) === null) {
    sessionStorage.setItem(stateKey, JSON.stringify(kept));
  }
  let isAcquired = false;
  globalThis.acquireVsCodeApi = () => {
    if (isAcquired) throw new Error('An instance of the VS Code API has already been acquired');
    isAcquired = true;
    return Object.freeze({
      postMessage: (message) => void globalThis.tellExtension(JSON.stringify(message)),
      getState: () => JSON.parse(sessionStorage.getItem(stateKey) ?? 'null') ?? undefined,
      setState(state) {
        sessionStorage.setItem(stateKey, JSON.stringify(state));
        return state;
      },
    });
  };

  Object.defineProperty(document, 'hidden', { get: () => frame.isHidden });
  Object.defineProperty(document, 'visibilityState', { get: () => (frame.isHidden ? 'hidden' : 'visible') });

  if (now !== null) {
    const Real = Date;
    globalThis.Date = class extends Real {
      constructor(...given) {
        if (given.length > 0) super(...given);
        else super(frame.now);
      }
      static now() {
        return frame.now;
      }
    };
  }

  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample, sourceFile }) => {
    frame.violations.push(`${violatedDirective}: ${blockedURI} ${sample} (${sourceFile})`);
  });

  const canvas = CanvasRenderingContext2D.prototype;
  for (const name of [
    'fill',
    'fillRect',
    'stroke',
    'strokeRect',
    'clearRect',
    'fillText',
    'putImageData',
    'drawImage',
  ]) {
    const real = canvas[name];
    canvas[name] = function (...given) {
      frame.drawn += 1;
      frame.onDraw();
      return Reflect.apply(real, this, given);
    };
  }
}
