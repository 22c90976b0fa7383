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
  /** The names of the keys that say it, without namespace. */
  readonly keys: readonly string[];
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
  /** The names of the keys that say it, without namespace. */
  readonly keys: readonly string[];
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
  /** When it was seen to become failed, while it is; null also where it was so before anybody looked. */
  readonly failedAt: number | null;
}

export interface RunError {
  readonly key: string;
  /** The later it came, the larger. */
  readonly order: number;
  readonly text: string;
  /** The same without the name of its agent. */
  readonly said: string;
  readonly resource: string | null;
  /** When we first saw it. */
  readonly at: number;
  /** It was there before anybody looked, so that it is older than that. */
  readonly isMet: boolean;
  /** The list that it stands in, without namespace; null where it was published. */
  readonly list: string | null;
  /** A person has acknowledged it. */
  readonly isSeen: boolean;
}

export interface ErrorGroup {
  readonly key: string;
  readonly ns: string;
  /** Id of an agent, or what the errors call it where it is not known; null where they name nobody. */
  readonly agent: string | null;
  readonly isKnown: boolean;
  /** The newest first. */
  readonly errors: readonly RunError[];
  /** How many of them nobody has acknowledged. */
  readonly fresh: number;
}

/** All that went wrong, in lists and events. */
export interface Errors extends Item {
  readonly kind: 'errors';
  readonly groups: readonly ErrorGroup[];
  /** What stands in lists beyond what is read of them. */
  readonly beyond: readonly {
    readonly key: string;
    readonly ns: string;
    readonly list: string;
    readonly count: number;
    readonly fresh: number;
  }[];
  readonly count: number;
  readonly fresh: number;
}

export type RunItem = Progress | Counter | Pipeline | Result | Shared | RunStatus | Errors;
