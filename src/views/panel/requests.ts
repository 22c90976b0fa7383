import type { Log } from '../../protocol/log.ts';
import type { ToHost, ToPage } from '../../protocol/panel/messages.ts';
import type { Doing } from './doing.ts';
import { messageDocument } from './documentText.ts';
import type { Listening } from './listening.ts';
import type { Monitoring } from './monitoring.ts';
import type { OlderLines } from './older.ts';
import type { Publishing } from './publishing.ts';
import type { KeptLine, Lines } from './recording.ts';

/** What a page asks to have done, beside what concerns only the conversation itself. */
export type Request = Exclude<ToHost, { kind: 'ready' | 'view' | 'taken' | 'clear' }>;

/** Longest text that is copied at once, in UTF-16 units. */
const longestCopy = 16_000_000;

/** Has done what a page asks for, and answers it where there is an answer. Never throws. */
export class Requests {
  readonly #lines: Lines;
  readonly #older: OlderLines;
  readonly #publishing: Publishing;
  readonly #listening: Listening;
  readonly #monitoring: Monitoring;
  readonly #doing: Doing;
  readonly #log: Log;

  constructor(
    lines: Lines,
    older: OlderLines,
    publishing: Publishing,
    listening: Listening,
    monitoring: Monitoring,
    doing: Doing,
    log: Log,
  ) {
    this.#lines = lines;
    this.#older = older;
    this.#publishing = publishing;
    this.#listening = listening;
    this.#monitoring = monitoring;
    this.#doing = doing;
    this.#log = log;
  }

  take(request: Request, answer: (message: ToPage) => void): void {
    this.#take(request, answer).catch((error: unknown) => this.#log.error(`Panel: ${request.kind}: ${String(error)}`));
  }

  async #take(request: Request, answer: (message: ToPage) => void): Promise<void> {
    switch (request.kind) {
      case 'older': {
        const older = await this.#older.before(request.before, request.history);
        if (older !== undefined) answer(older);
        return;
      }
      case 'publish':
        return answer(await this.#publishing.publish(request));
      case 'listen':
        return this.#listening.listen(request.patterns);
      case 'monitor':
        return request.on ? this.#monitoring.start() : this.#monitoring.stop();
      case 'copy':
        return answer({ kind: 'copied', lines: await this.#copy(request.ids) });
      case 'open':
        return this.#open(request.ids);
      case 'reveal':
        await this.#doing.run(`signalbox.${request.what}.focus`);
        return;
      case 'file':
        await this.#doing.run('signalbox.openResource', { ns: request.ns, resource: request.resource });
        return;
      case 'connect':
        await this.#doing.run('signalbox.connect');
        return;
    }
  }

  /** The lines were forgotten because the person wanted it: what comes before is read from the end of the history again. */
  forgotten(): void {
    this.#older.reset();
  }

  /**
   * Copies one line's text as it is; several with their times, channels and agents, in columns. Answers how many lines it
   * were: those that are still kept, as far as they fit.
   */
  async #copy(ids: readonly number[]): Promise<number> {
    const texts: string[] = [];
    let room = longestCopy;
    const asked = new Set(ids);
    for (const id of asked) {
      const kept = this.#lines.get(id);
      if (kept === undefined) continue;
      const text = asked.size === 1 ? kept.text : columnsOf(kept);
      room -= text.length + 1;
      if (room < 0) break;
      texts.push(text);
    }
    if (texts.length > 0) await this.#doing.copy(texts.join('\n'));
    return texts.length;
  }

  async #open(ids: readonly number[]): Promise<void> {
    const kept = [...new Set(ids)].toSorted((a, b) => a - b).flatMap((id) => this.#lines.get(id) ?? []);
    const [one, other] = kept.map(messageDocument);
    if (one !== undefined) await this.#doing.show(one, other);
  }
}

/** A line break or tab within would make two of one line or column. */
function columnsOf({ line, text }: KeptLine): string {
  const { at, agent, channel } = line;
  const time = Number.isNaN(new Date(at).getTime()) ? String(at) : new Date(at).toISOString();
  return [time, channel, agent ?? '', text].map((part) => part.replace(/[\t\r\n]+/g, ' ')).join('\t');
}
