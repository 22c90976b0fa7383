/**
 * Measures the panel's page from within, and plays the extension where the way through the test's own process would be
 * measured too. Runs in the browser after `webviewFrame.js` and before anything of the page.
 */
// oxlint-disable-next-line no-unused-vars -- Called by what is put behind it.
function measurePanel({ answers }) {
  const frame = globalThis.signalboxFrame;
  const nextFrame = globalThis.requestAnimationFrame.bind(globalThis);
  const meter = {
    /** When the page said that it is there, and when what it drew last was on the screen. */
    readyAt: 0,
    paintedAt: 0,
    /** How long it took to take each message, and each callback in which it draws, in ms. */
    handled: [],
    drawn: [],
    /** What the page measures itself, by name. */
    measures: {},
    /** What is said when the page is there. */
    answers: answers === null ? null : JSON.parse(answers),
    /** The times between frames of so many ms. */
    frames(ms) {
      return new Promise((resolve) => {
        const times = [];
        const from = performance.now();
        const next = (now) => {
          times.push(now);
          if (performance.now() - from < ms) nextFrame(next);
          else resolve(times.slice(1).map((time, index) => time - times[index]));
        };
        nextFrame(next);
      });
    },
    /** Sends lines as the extension does, ten times a second; returns what ends it. */
    feed(perSecond, firstId, texts) {
      let id = firstId;
      let sent = 0;
      const from = performance.now();
      const timer = setInterval(() => {
        const due = Math.floor(((performance.now() - from) / 1_000) * perSecond) - sent;
        const lines = Array.from({ length: Math.min(due, 2_000) }, () => meter.line(id++, texts[id % texts.length]));
        sent += lines.length;
        postMessage({ kind: 'lines', lines, kept: 100_000, dropped: sent });
      }, 100);
      return () => {
        clearInterval(timer);
        return sent;
      };
    },
    line(id, text) {
      const agent = `agent-${String(id % 30)}`;
      const mark = id % 40 === 0 ? 'stale' : null;
      return {
        ...{ id, at: 1_767_225_600_000 + id, ns: '', channel: 'agent:state:sync', agent, role: 'backend' },
        ...{
          request: `req-${String(id % 50)}`,
          source: 'live',
          kind: 'state',
          mark,
          reason: mark && 'an older version',
        },
        ...{ resource: null, seq: null, text: `${text}${String(id)}"}}`, length: text.length + String(id).length + 3 },
      };
    },
  };
  Object.defineProperty(globalThis, 'signalboxMeter', { value: meter });

  const tell = globalThis.tellExtension;
  globalThis.tellExtension = (text) => {
    if (meter.answers === null || JSON.parse(text).kind !== 'ready') return tell(text);
    meter.readyAt = performance.now();
    for (const answer of meter.answers) postMessage(answer);
  };

  const timed = (into, work) =>
    function (...given) {
      const from = performance.now();
      try {
        return Reflect.apply(work, this, given);
      } finally {
        into().push(performance.now() - from);
      }
    };
  const listen = globalThis.addEventListener.bind(globalThis);
  globalThis.addEventListener = (name, listener, options) =>
    listen(name, name === 'message' ? timed(() => meter.handled, listener) : listener, options);
  globalThis.requestAnimationFrame = (call) => nextFrame(timed(() => meter.drawn, call));

  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) (meter.measures[name] ??= []).push(duration);
  }).observe({ type: 'measure' });

  let isDue = false;
  frame.onDraw = () => {
    if (isDue) return;
    isDue = true;
    setTimeout(() => {
      isDue = false;
      meter.paintedAt = performance.now();
    });
  };
}
