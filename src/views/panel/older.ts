import type { FeedMessage } from '../../protocol/messages.ts';
import type { ToPage } from '../../protocol/panel/messages.ts';
import { fitting } from './lineSender.ts';
import type { Recording } from './recording.ts';

/** Lines of one answer. */
const page = 1_000;
/** Changes read at once of each namespace. */
const piece = 500;
/** Questions that may wait for the one before. */
const mostWaiting = 8;

/** A piece of a namespace's history, oldest first, and where what comes before it is to be had. */
export interface Piece {
  readonly messages: readonly FeedMessage[];
  readonly next: string | null;
}

/** Where lines come from that are not kept. */
export interface History {
  /** Those that have one, now. */
  namespaces(): readonly string[];
  /** What comes before a change, given by its number or by what a piece said; null for the newest. May fail. */
  past(ns: string, before: number | string | null, count: number): Promise<Piece>;
}

export type OlderAnswer = Extract<ToPage, { kind: 'older' }>;

/** What was read of one namespace and is not told yet, oldest first. */
interface Reading {
  readonly messages: FeedMessage[];
  /** Undefined before the first was read; null when there is no more. */
  next: string | null | undefined;
}

/** Answers what comes before a line: from memory, and when that is told from the history of all namespaces, by time. */
export class OlderLines {
  readonly #recording: Recording;
  readonly #history: History;
  readonly #failureText: (error: unknown) => string;
  #readings = new Map<string, Reading>();
  #droppedBefore = 0;
  /** Rises when what was being read is of no use any more. */
  #round = 0;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(recording: Recording, history: History, failureText: (error: unknown) => string) {
    this.#recording = recording;
    this.#history = history;
    this.#failureText = failureText;
  }

  /** Never rejects; undefined where too many ask at once. A page asks for no more before it has its answer. */
  async before(id: number, fromHistory: boolean): Promise<OlderAnswer | undefined> {
    if (this.#waiting === mostWaiting) return undefined;
    this.#waiting += 1;
    const answer = this.#last.then(() => this.#answer(id, fromHistory));
    this.#last = answer;
    try {
      return await answer;
    } finally {
      this.#waiting -= 1;
    }
  }

  /** The lines were forgotten, or others began. */
  reset(): void {
    this.#round += 1;
    this.#readings.clear();
  }

  async #answer(id: number, fromHistory: boolean): Promise<OlderAnswer> {
    const { lines } = this.#recording;
    const kept = fitting(lines.before(id, page), 'newest');
    const first = kept[0];
    if (first !== undefined) {
      const more = lines.before(first.id, 1).length > 0 ? 'memory' : this.#more();
      return { kind: 'older', lines: kept, more, problem: null };
    }
    if (!fromHistory) return this.#nothing(null);
    const round = this.#round;
    try {
      for (let attempt = 1; ; attempt++) {
        const messages = await this.#read();
        if (round !== this.#round) return this.#nothing(null);
        const found = this.#recording.past(messages);
        // They have their place now, and those that do not fit into one message are had from memory.
        const told = fitting(found, 'newest');
        if (told.length < found.length) return { kind: 'older', lines: told, more: 'memory', problem: null };
        if (found.length > 0 || messages.length === 0) {
          return { kind: 'older', lines: told, more: this.#more(), problem: null };
        }
        // What was read was known already, which happens once; or there is no room for more lines.
        if (attempt === 2) return { kind: 'older', lines: [], more: 'none', problem: null };
      }
    } catch (error) {
      return this.#nothing(round === this.#round ? this.#failureText(error).slice(0, 2_000) : null);
    }
  }

  #nothing(problem: string | null): OlderAnswer {
    return { kind: 'older', lines: [], more: problem === null ? this.#more() : 'history', problem };
  }

  /** Whether the history may have more. */
  #more(): 'history' | 'none' {
    this.#forgetOverrun();
    const isOver = (ns: string): boolean => {
      const reading = this.#readings.get(ns);
      return reading?.next === null && reading.messages.length === 0;
    };
    return this.#history.namespaces().every(isOver) ? 'none' : 'history';
  }

  /** The next page of all histories, oldest first. */
  async #read(): Promise<FeedMessage[]> {
    this.#forgetOverrun();
    const namespaces = this.#history.namespaces();
    const taken: FeedMessage[] = [];
    while (taken.length < page) {
      // What is newest can only be told when the next of each is known.
      const unknown = namespaces.filter((ns) => this.#isUnknown(ns));
      try {
        await Promise.all(unknown.map((ns) => this.#fetch(ns)));
      } catch (error) {
        // What was taken already would be lost; the rest fails again for whoever asks next.
        if (taken.length === 0) throw error;
        break;
      }
      const readings = namespaces
        .flatMap((ns) => this.#readings.get(ns) ?? [])
        .filter(({ messages }) => messages.length);
      if (readings.length === 0) break;
      const newest = readings.reduce((a, b) => (timeOf(b.messages.at(-1)) > timeOf(a.messages.at(-1)) ? b : a));
      taken.push(newest.messages.pop()!);
    }
    return taken.reverse();
  }

  #isUnknown(ns: string): boolean {
    const reading = this.#readings.get(ns);
    return reading === undefined || (reading.messages.length === 0 && reading.next !== null);
  }

  async #fetch(ns: string): Promise<void> {
    const round = this.#round;
    const before = this.#readings.get(ns)?.next ?? this.#recording.firstSeq(ns);
    const { messages, next } = await this.#history.past(ns, before, piece);
    if (round === this.#round) this.#readings.set(ns, { messages: [...messages], next });
  }

  /** When old lines had to go, what comes before those that are kept is something else than what was read. */
  #forgetOverrun(): void {
    if (this.#recording.lines.dropped === this.#droppedBefore) return;
    this.#droppedBefore = this.#recording.lines.dropped;
    this.#readings.clear();
  }
}

/** When it was accepted by the server. What has no time goes with what comes after it. */
function timeOf(message: FeedMessage | undefined): number {
  return message?.kind === 'accepted' || message?.kind === 'change' ? message.atUs : Infinity;
}
