import { type Mark, marks } from '../../src/protocol/panel/line.ts';
import type { Span } from '../page.ts';
import { globMatches, isGlob } from './glob.ts';
import { inChunk } from './lineChunk.ts';
import type { LineStore } from './lineStore.ts';
import { shortChannel } from './lineText.ts';
import type { Word } from './words.ts';

/** What lines are asked for. Empty texts and nulls ask for nothing. */
export interface Wanted {
  /** A glob of channels, or a part of their names. */
  readonly channels: string;
  /** A part of what the line says or of what stands beside it, whatever its case. */
  readonly text: string;
  /** Whether the text is a regular expression: then others decide on it, since one may take forever. */
  readonly isRegex: boolean;
  readonly marks: readonly Mark[] | null;
  /** Agents' names, or their keys: a namespace, a NUL and the name. A line has to be of all of them. */
  readonly agents: readonly string[];
  readonly role: string | null;
  readonly request: string | null;
  readonly resource: string | null;
  readonly span: Span | null;
}

/** Finds a text as it is, whatever its case. */
export const needleOf = (text: string, flags: 'i' | 'gi'): RegExp =>
  new RegExp(text.slice(0, longestText).replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'), flags);

/** Longest text that is looked for. */
export const longestText = 500;

let filters = 0;

/** What lines are asked for, made ready to be asked quickly. Of a regular expression it knows nothing. */
export class LineFilter {
  /** Whether it lets every line pass. */
  readonly isOpen: boolean;
  readonly #number = ++filters;
  readonly #channel: ((text: string, ns: string) => boolean) | null;
  readonly #text: RegExp | null;
  readonly #marks: readonly boolean[] | null;
  readonly #agents: readonly { ns: string | null; id: string }[];
  readonly #role: string | null;
  readonly #request: string | null;
  readonly #resource: string | null;
  readonly #span: Span | null;

  constructor(wanted: Wanted, isChannel: (text: string) => boolean) {
    this.#channel = wanted.channels === '' ? null : channelTest(wanted.channels, isChannel(wanted.channels));
    const text = wanted.isRegex ? '' : wanted.text.slice(0, longestText);
    // Without anything to repeat, a regular expression is the quickest search that knows no case, and makes no copies.
    this.#text = text === '' ? null : needleOf(text, 'i');
    this.#marks = wanted.marks === null ? null : marks.map((mark) => wanted.marks?.includes(mark) === true);
    this.#agents = wanted.agents.map(agentOf);
    this.#role = wanted.role;
    this.#request = wanted.request;
    this.#resource = wanted.resource;
    this.#span = wanted.span;
    this.isOpen =
      this.#channel === null &&
      this.#text === null &&
      this.#marks === null &&
      this.#agents.length === 0 &&
      this.#role === null &&
      this.#request === null &&
      this.#resource === null &&
      this.#span === null;
  }

  matches(store: LineStore, position: number): boolean {
    if (this.isOpen) return true;
    // Asked of a hundred thousand lines at once: what it costs to get at one counts.
    const lines = store.chunkOf(position);
    const at = position & inChunk;
    if (this.#span !== null) {
      const time = lines.at[at] ?? 0;
      if (time < this.#span.from || time >= this.#span.to) return false;
    }
    if (this.#marks !== null && this.#marks[lines.mark[at] ?? -1] !== true) return false;
    for (const { ns, id } of this.#agents) {
      if (lines.agent[at]?.text !== id || (ns !== null && lines.ns[at]?.text !== ns)) return false;
    }
    if (this.#role !== null && lines.role[at]?.text !== this.#role) return false;
    if (this.#request !== null && lines.request[at]?.text !== this.#request) return false;
    if (this.#resource !== null && lines.resource[at]?.text !== this.#resource) return false;
    if (this.#channel !== null && !this.#likesChannel(lines.channel[at], lines.ns[at]?.text ?? '', this.#channel)) {
      return false;
    }
    const text = this.#text;
    return (
      text === null ||
      text.test(lines.text[at] ?? '') ||
      this.#finds(lines.channel[at], text) ||
      this.#finds(lines.agent[at], text) ||
      this.#finds(lines.reason[at], text) ||
      this.#finds(lines.resource[at], text)
    );
  }

  #likesChannel(word: Word | null | undefined, ns: string, likes: (text: string, ns: string) => boolean): boolean {
    if (!word) return false;
    if (word.asChannel >> 1 !== this.#number) word.asChannel = this.#number * 2 + Number(likes(word.text, ns));
    return (word.asChannel & 1) === 1;
  }

  #finds(word: Word | null | undefined, text: RegExp): boolean {
    if (!word) return false;
    if (word.asText >> 1 !== this.#number) word.asText = this.#number * 2 + Number(text.test(word.text));
    return (word.asText & 1) === 1;
  }
}

/**
 * Without wildcards it is a channel's whole name where there is such a channel, and else a part of one. A pattern may be
 * of the name as rows show it: without the namespace.
 */
function channelTest(pattern: string, isWhole: boolean): (text: string, ns: string) => boolean {
  if (isWhole) return (text) => text === pattern;
  if (isGlob(pattern)) {
    return (text, ns) =>
      text !== '' && (globMatches(pattern, text) || globMatches(pattern, shortChannel(text, ns, true)));
  }
  const part = pattern.toLowerCase();
  return (text) => text.toLowerCase().includes(part);
}

/** An agent's name or key, as far as lines carry names. */
function agentOf(nameOrKey: string): { ns: string | null; id: string } {
  const at = nameOrKey.indexOf('\u0000');
  const id = nameOrKey.slice(at + 1, at + 1 + 512);
  return { ns: at < 0 ? null : nameOrKey.slice(0, at), id };
}
