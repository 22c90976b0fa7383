import './panel.css';
import { systemClock } from '../src/protocol/clock.ts';
import type { ToPage } from '../src/protocol/panel/messages.ts';
import { registerControls } from './controls.ts';
import { element } from './dom.ts';
import { acquire, PageHost } from './host.ts';
import { PanelPage } from './panelPage.ts';
import { KeptState } from './state.ts';

/** Until then nobody should be told that there is something to wait for. */
const patience = 1_000;

document.getElementById('fallback')?.remove();
registerControls();
const api = acquire();
const host = new PageHost(api);
const state = new KeptState(api.getState(), (kept) => api.setState(kept), systemClock);

const waiting = element('p', { class: 'waiting', role: 'status' });
document.body.append(waiting);
const late = systemClock.after(patience, () => {
  waiting.textContent = 'Waiting for the extension…';
});

let page: PanelPage | null = null;
host.onMessage((message: ToPage) => {
  if (message.kind === 'hello' && page === null) {
    late.dispose();
    waiting.remove();
    page = new PanelPage(host, state, message);
    document.body.append(...page.elements);
  }
  page?.take(message);
});
host.listen(window);
host.post({ kind: 'ready', view: state.current.view, patterns: [...state.current.console.patterns] });

// A page that is hidden may be gone before the next frame.
window.addEventListener('pagehide', () => state.flush());
document.addEventListener('visibilitychange', () => {
  if (document.hidden) state.flush();
});
