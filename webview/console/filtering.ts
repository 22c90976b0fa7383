import type { Page, PanelState } from '../page.ts';
import { LineFilter, longestText, type Wanted } from './filter.ts';
import type { LineStore } from './lineStore.ts';
import { measured } from './measured.ts';
import { regexProblem, RegexRun } from './regexRun.ts';
import { windowTimer, workerTester } from './regexWorker.ts';
import type { Shown } from './shown.ts';

/** How long typing an expression rests before it is tried, in ms: each one takes a worker of its own. */
const rest = 150;

/** Keeps what is shown as the state wants it, of which the header's choice of an agent is a part. */
export class Filtering {
  readonly #page: Page;
  readonly #store: LineStore;
  readonly #shown: Shown;
  readonly #refill: (change: () => void) => void;
  #key = '';
  #problem: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(page: Page, store: LineStore, shown: Shown, refill: (change: () => void) => void) {
    this.#page = page;
    this.#store = store;
    this.#shown = shown;
    this.#refill = refill;
  }

  /** Why the expression is none; the lines are then still those of the filter before. */
  get problem(): string | null {
    return this.#problem;
  }
  /** Whether anything is filtered. */
  get isOn(): boolean {
    const { agents, channels, text, ...rest } = wantedOf(this.#page.state.current);
    const { marks, request, resource, role, span } = rest;
    const hasText = agents.length > 0 || channels !== '' || text !== '';
    return hasText || [marks, request, resource, role, span].some((one) => one !== null);
  }

  /** Looks at the state; filters if it wants something else than before. */
  update(changed: () => void): void {
    const wanted = wantedOf(this.#page.state.current);
    const key = JSON.stringify(wanted);
    if (key === this.#key) return;
    const isTyping = wanted.isRegex && this.#key !== '';
    this.#key = key;
    clearTimeout(this.#timer);
    const apply = (): void => {
      this.#apply(wanted);
      changed();
    };
    if (isTyping) this.#timer = setTimeout(apply, rest);
    else apply();
  }

  #apply(wanted: Wanted): void {
    const isRegex = wanted.isRegex && wanted.text !== '';
    this.#problem = isRegex ? regexProblem(wanted.text) : null;
    if (this.#problem !== null) return;
    const filter = new LineFilter(wanted, (text) => this.#store.channels.has(text));
    const run = isRegex ? new RegexRun(wanted.text, workerTester(), windowTimer) : null;
    this.#refill(() => measured('filter', () => this.#shown.setFilter(filter, run)));
  }
}

function wantedOf(state: PanelState): Wanted {
  const { channels, text, isRegex, marks, agent, role, request, resource, span } = state.console;
  // The header's choice holds for all of the page; while there is one, the console's own rests.
  const agents = [state.view.agent ?? agent].filter((one) => one !== null);
  const texts = { channels: channels.trim(), text: text.slice(0, longestText), isRegex };
  return { ...texts, marks, agents, role, request, resource, span };
}

/** The part of the console's state that filters nothing. */
export const openFilter = {
  channels: '',
  text: '',
  isRegex: false,
  agent: null,
  role: null,
  request: null,
  marks: null,
  span: null,
  resource: null,
} as const;
