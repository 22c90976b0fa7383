import { systemClock, type FineClock } from '../../src/protocol/clock.ts';
import { silentLog } from '../../src/protocol/log.ts';
import type { FeedMessage } from '../../src/protocol/messages.ts';
import type { LibraryMode } from '../../src/redis/library/find.ts';
import { Link } from '../../src/redis/link.ts';

type Of<K extends FeedMessage['kind']> = Extract<FeedMessage, { kind: K }>;

/** A link without a model: notes what it hands on, and lets a test wait for it. */
export class Ear {
  readonly link: Link;
  readonly heard: FeedMessage[] = [];
  readonly #waiting = new Set<() => void>();

  /** @param mode as of a `Link` */
  constructor(clock: FineClock = systemClock, mode: LibraryMode = 'load') {
    const apply = (message: FeedMessage): void => {
      this.heard.push(message);
      for (const check of [...this.#waiting]) check();
    };
    this.link = new Link({ apply }, clock, silentLog, mode);
  }

  of<K extends FeedMessage['kind']>(kind: K): Of<K>[] {
    return this.heard.filter((message): message is Of<K> => message.kind === kind);
  }

  /** How often the connection became live. */
  get lives(): number {
    return this.of('connection').filter(({ state }) => state === 'live').length;
  }

  /** Resolves when `holds` does, asked at each message; rejects after 15 s, saying what was waited for. */
  until(what: string, holds: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        reject(new Error(`waited in vain until ${what}`));
      }, 15_000);
      const check = (): void => {
        if (!holds()) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }
}
