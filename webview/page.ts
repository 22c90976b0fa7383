import type { ToHost, ToPage, View } from '../src/protocol/panel/messages.ts';
import type { Mark } from '../src/protocol/panel/line.ts';
import type { HotFile, LatencySeries, Now, Second } from '../src/protocol/panel/picture.ts';
import type { Event } from '../src/protocol/emitter.ts';

/** The extension, as the page sees it. */
export interface Host {
  post(message: ToHost): void;
  /** What came and could be understood. */
  readonly onMessage: Event<ToPage>;
}

/** A stretch of time in ms since 1970: from the first moment to before the second. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Where a person was in the console. Ids mean something else in another window: a line is known by its time as well. */
export interface Place {
  readonly selected: readonly { readonly id: number; readonly at: number }[];
  /** The first line in sight, and how many pixels of it are not. */
  readonly top: { readonly id: number; readonly at: number; readonly hidden: number } | null;
  /** How far the page was scrolled. */
  readonly scroll: number;
}

/** What the page keeps over reloads and restarts of the window. */
export interface PanelState {
  readonly v: 1;
  readonly view: View;
  readonly latency: { readonly series: LatencySeries; readonly table: boolean };
  readonly conflicts: { readonly table: boolean };
  readonly queues: { readonly table: boolean };
  /** For the timeline of claims, which has its place between charts and console. */
  readonly timeline: null;
  readonly console: {
    /** Channels that are listened to beside the fleet's own. */
    readonly patterns: readonly string[];
    /** Glob of the channels to show; empty for all. */
    readonly channels: string;
    readonly text: string;
    readonly isRegex: boolean;
    readonly agent: string | null;
    readonly role: string | null;
    readonly request: string | null;
    /** Only lines with one of these marks; null for all lines. */
    readonly marks: readonly Mark[] | null;
    readonly span: Span | null;
    readonly resource: string | null;
    readonly follow: boolean;
    readonly place: Place;
  };
  readonly publish: { readonly channel: string; readonly payload: string; readonly history: readonly string[] };
}

/** One owner of what is kept. A part of the page reads it, changes it by `set`, and hears of what others change. */
export interface StateOwner {
  readonly current: PanelState;
  set(change: Partial<Omit<PanelState, 'v' | 'timeline'>>): void;
  readonly onDidChange: Event<PanelState>;
}

/** The moment that all charts and the console point at. */
export interface TimeCursor {
  /** In ms since 1970; null while nothing is pointed at. */
  readonly at: number | null;
  /** Whether it stays where it is when the pointer leaves. */
  readonly isPinned: boolean;
  point(at: number | null): void;
  pin(at: number | null): void;
  readonly onDidChange: Event<void>;
}

/** The seconds of the range and filter at hand, as the extension told them, oldest first and without holes. */
export interface Seconds {
  /** Whose they are and of how long; another than the chosen view until the extension has answered. */
  readonly view: View;
  readonly all: readonly Second[];
  readonly hot: readonly HotFile[];
  /** Bounds of the time axis in ms: the whole range, also where nothing is known of its beginning. */
  readonly axis: { readonly from: number; readonly to: number };
  readonly onDidChange: Event<void>;
}

export interface Figures {
  readonly now: Now;
  readonly onDidChange: Event<void>;
}

/**
 * Says when to draw: at most ten times a second, in an animation frame, never while the page is hidden. While it is
 * paused, `Seconds` and `Figures` stay as they are and say nothing of changes, so that what stands still can be pointed
 * at, resized or shown as a table. What gets its data in other ways looks at `isPaused` itself.
 */
export interface Drawing {
  /** Draws soon, once however often asked. The same function is asked for by reference. */
  request(draw: () => void): void;
  readonly isPaused: boolean;
  pause(on: boolean): void;
  readonly onDidPause: Event<void>;
}

/** Colours of the theme at hand as CSS texts, for what is drawn on a canvas. */
export interface Theme {
  readonly colors: {
    readonly foreground: string;
    readonly muted: string;
    readonly background: string;
    readonly grid: string;
    readonly border: string;
    readonly focus: string;
    /** Told apart by dashes and labels also where colours are not. */
    readonly series: { readonly blue: string; readonly green: string; readonly orange: string; readonly red: string };
    readonly more: { readonly yellow: string; readonly purple: string; readonly foreground: string };
    /** From few to many. */
    readonly heat: { readonly r: number; readonly g: number; readonly b: number };
  };
  readonly isHighContrast: boolean;
  readonly font: string;
  readonly onDidChange: Event<void>;
}

/** Translates as VS Code does: `{0}` is the first of the arguments. */
export interface Words {
  t(text: string, ...args: readonly (string | number)[]): string;
}

/** All that a part of the page is given. */
export interface Page {
  readonly host: Host;
  readonly state: StateOwner;
  readonly seconds: Seconds;
  readonly figures: Figures;
  readonly cursor: TimeCursor;
  readonly drawing: Drawing;
  readonly theme: Theme;
  readonly l10n: Words;
  /** BCP 47, for numbers and times. */
  readonly language: string;
  /** Puts into the console's filter what a chart was clicked for, and shows it. */
  filterConsole(filter: {
    marks?: readonly Mark[];
    text?: string;
    agent?: string | null;
    resource?: string;
    /** The first line of it is selected. */
    span?: Span;
  }): void;
  /** Says something to a screen reader, without moving the focus. */
  announce(text: string): void;
}
