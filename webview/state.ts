import * as v from 'valibot';
import type { Clock } from '../src/protocol/clock.ts';
import { Emitter, type Disposable } from '../src/protocol/emitter.ts';
import { marks } from '../src/protocol/panel/line.ts';
import { longestPayload, mostPatterns, view } from '../src/protocol/panel/messages.ts';
import { bounded, time } from '../src/protocol/panel/parts.ts';
import { latencySeries } from '../src/protocol/panel/picture.ts';
import type { PanelState, StateOwner } from './page.ts';

/** Payloads that the publish box remembers, newest last. */
export const mostHistory = 50;
/** Longest they may be together, in UTF-16 units: VS Code writes all of it down with each change. */
export const longestHistory = 200_000;
/** Least time between two writes, in ms. */
const pause = 150;

const table = v.fallback(v.boolean(), false);
const text = v.fallback(bounded(1_024), '');
const choice = v.fallback(v.nullable(bounded(512)), null);
/** Each list and each part of it on its own: what one version wrote and the next does not know costs only itself. */
const listOr = <T extends v.GenericSchema>(item: T) =>
  v.fallback(
    v.pipe(
      v.array(v.unknown()),
      v.transform((all) => all.filter((one): one is v.InferOutput<T> => v.is(item, one))),
    ),
    [],
  );

const line = { id: v.pipe(v.number(), v.safeInteger()), at: time };
const stored = v.object({
  view: v.object({
    agent: v.fallback(view.entries.agent, null),
    range: v.fallback(view.entries.range, 300),
  }),
  latency: v.object({ series: v.fallback(v.picklist(latencySeries), 'messages'), table }),
  conflicts: v.object({ table }),
  queues: v.object({ table }),
  console: v.object({
    patterns: listOr(bounded(256)),
    channels: text,
    text,
    isRegex: v.fallback(v.boolean(), false),
    agent: choice,
    role: choice,
    request: choice,
    marks: v.fallback(v.nullable(v.pipe(v.array(v.picklist(marks)), v.maxLength(marks.length))), null),
    span: v.fallback(v.nullable(v.object({ from: time, to: time })), null),
    resource: v.fallback(v.nullable(bounded(1_024)), null),
    follow: v.fallback(v.boolean(), true),
    place: v.fallback(
      v.object({
        selected: v.pipe(v.array(v.object(line)), v.maxLength(2)),
        top: v.nullable(v.object({ ...line, hidden: v.pipe(v.number(), v.finite()) })),
        scroll: v.pipe(v.number(), v.finite()),
      }),
      { selected: [], top: null, scroll: 0 },
    ),
  }),
  publish: v.object({
    channel: text,
    payload: v.fallback(bounded(longestPayload), ''),
    history: listOr(bounded(longestPayload)),
  }),
});

type Parts = Record<string, unknown>;
const partsOf = (value: unknown): Parts => (typeof value === 'object' && value !== null ? (value as Parts) : {});

/** What was kept, as far as it can be understood; what cannot is as on the first day. */
export function decodeState(kept: unknown): PanelState {
  const parts = partsOf(kept);
  // Where a part is missing its fields are, and each has something to fall back on.
  const names = Object.keys(stored.entries) as (keyof typeof stored.entries)[];
  const whole = v.parse(stored, Object.fromEntries(names.map((name) => [name, partsOf(parts[name])])));
  return trimmed({ v: 1, timeline: null, ...whole });
}

/** The same within its bounds: the newest payloads, the first patterns. */
function trimmed(state: PanelState): PanelState {
  const { patterns } = state.console;
  const history: string[] = [];
  let left = longestHistory;
  for (const payload of state.publish.history.toReversed()) {
    left -= payload.length;
    if (left < 0 || history.length === mostHistory) break;
    history.unshift(payload);
  }
  return {
    ...state,
    console:
      patterns.length > mostPatterns ? { ...state.console, patterns: patterns.slice(0, mostPatterns) } : state.console,
    publish: history.length < state.publish.history.length ? { ...state.publish, history } : state.publish,
  };
}

/**
 * Owns what is kept, and has it written down: a change after a rest at once, since the page may be hidden, and so gone,
 * before it could say anything more; those that follow, as when somebody types, together.
 */
export class KeptState implements StateOwner {
  readonly #write: (state: PanelState) => void;
  readonly #clock: Clock;
  readonly #changed = new Emitter<PanelState>();
  #current: PanelState;
  /** While it is on, changes wait. */
  #rest: Disposable | null = null;
  #isWritten = true;

  readonly onDidChange = this.#changed.event;

  constructor(kept: unknown, write: (state: PanelState) => void, clock: Clock) {
    this.#current = decodeState(kept);
    this.#write = write;
    this.#clock = clock;
  }

  get current(): PanelState {
    return this.#current;
  }

  set(change: Parameters<StateOwner['set']>[0]): void {
    this.#current = trimmed({ ...this.#current, ...change });
    this.#isWritten = false;
    if (this.#rest === null) this.flush();
    this.#changed.fire(this.#current);
  }

  /** Writes at once what is still to be written: the page may be gone in a moment. */
  flush(): void {
    this.#rest?.dispose();
    this.#rest = null;
    if (this.#isWritten) return;
    this.#isWritten = true;
    this.#rest = this.#clock.after(pause, () => this.flush());
    this.#write(this.#current);
  }
}
