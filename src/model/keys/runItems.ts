/** What plain agents say of a run by keys of their own, as views read it. Times are ms by the observer's clock. */
interface Item {
  /** Stable: namespace, kind and name. */
  readonly key: string;
  readonly ns: string;
  readonly name: string;
}

/** `…:total` with what is done of it. */
export interface Progress extends Item {
  readonly kind: 'progress';
  readonly done: number;
  readonly total: number;
  readonly perMinute: number | null;
  /** Time to the end at this pace; null where that is not known. */
  readonly leftMs: number | null;
}

export interface Counter extends Item {
  readonly kind: 'counter';
  readonly value: number;
  readonly perMinute: number | null;
}

export interface Step {
  readonly name: string;
  /** Null where only results are there. */
  readonly status: string | null;
  /** Since when it has this status, as far as we saw it. */
  readonly since: number;
  /** From active to final; null where we did not see both. */
  readonly durationMs: number | null;
  readonly results: Content | null;
  /** It is active although the step before it is not done. */
  readonly isPremature: boolean;
}

export interface Pipeline extends Item {
  readonly kind: 'pipeline';
  readonly steps: readonly Step[];
}

/** What stands in a key, with no more than is shown. */
export interface Content {
  /** Without namespace. */
  readonly name: string;
  readonly type: 'string' | 'hash' | 'list';
  readonly size: number;
  readonly text: string | null;
  readonly entries: readonly (readonly [string, string])[];
  readonly expiresAt: number | null;
}

export interface Result extends Item {
  readonly kind: 'result';
  readonly content: Content;
}

/** A hash, or a text of a name that says that all share it. */
export interface Shared extends Item {
  readonly kind: 'shared';
  readonly content: Content;
}

export interface RunStatus extends Item {
  readonly kind: 'run';
  readonly status: string;
  readonly since: number;
}

/** A list into which agents push what went wrong. */
export interface ErrorList extends Item {
  readonly kind: 'errors';
  readonly content: Content;
  /** When the last of them came, as far as we saw it. */
  readonly since: number;
}

export type RunItem = Progress | Counter | Pipeline | Result | Shared | RunStatus | ErrorList;
