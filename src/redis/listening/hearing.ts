import type { FineClock } from '../../protocol/clock.ts';
import type { Disposable } from '../../protocol/emitter.ts';
import type { FeedMessage } from '../../protocol/messages.ts';
import { limits, probePrefix } from '../../protocol/names.ts';
import { channelsOf } from '../broadcasts.ts';

/** What is handed on in one second; a flood beyond it is only counted, so that it cannot starve what the fleet says. */
export const hearingLimits = { messages: 5_000, bytes: 16 * 2 ** 20 } as const;
/** Longest name of a channel that is handed on, in bytes. */
const longestChannel = 1_024;
const second = 1_000;

/** The message that came last, and the patterns by which it came. */
interface Last {
  channel: Buffer;
  message: Buffer;
  length: number;
  patterns: Set<string>;
}

/** Makes of what a subscription to patterns brings what is handed on: each message once, decoded, and not too much. */
export class Hearing implements Disposable {
  readonly #clock: FineClock;
  readonly #emit: (message: FeedMessage) => void;
  /** What the feed brings already. */
  readonly #known: ReadonlySet<string>;
  readonly #probes: readonly string[];
  #last: Last | undefined;
  #since = -Infinity;
  #messages = 0;
  #bytes = 0;
  #dropped = 0;
  #telling: Disposable | undefined;

  constructor(namespaces: readonly string[], clock: FineClock, emit: (message: FeedMessage) => void) {
    this.#clock = clock;
    this.#emit = emit;
    this.#known = new Set(namespaces.flatMap((ns) => channelsOf(ns).map(({ channel }) => channel)));
    this.#probes = namespaces.map((ns) => ns + probePrefix);
  }

  take(pattern: string, channel: Buffer, message: Buffer): void {
    const name = channel.toString('utf8', 0, longestChannel);
    if (this.#known.has(name) || this.#probes.some((prefix) => name.startsWith(prefix))) return;
    if (this.#isCopy(pattern, channel, message)) return;
    if (!this.#isInTime(Math.min(message.length, limits.payload))) {
      this.#dropped++;
      this.#telling ??= this.#clock.after(second, () => this.#tell());
      return;
    }
    const text = message.toString('utf8', 0, limits.payload);
    const cut = message.length > limits.payload ? { whole: message.length } : {};
    this.#emit({ kind: 'heard', channel: name, text, ...cut });
  }

  /** By which patterns a message comes is not what it was. */
  otherPatterns(): void {
    this.#last = undefined;
  }

  dispose(): void {
    this.#telling?.dispose();
  }

  /**
   * A message comes once for each pattern that its channel matches, and nothing comes in between. So the same text on the
   * same channel is a copy if it came by another pattern, and a new message if it came by one of those before.
   */
  #isCopy(pattern: string, channel: Buffer, message: Buffer): boolean {
    const last = this.#last;
    // Of a huge one only the beginning is kept.
    const head = message.length > limits.payload ? message.subarray(0, limits.payload) : message;
    if (
      last?.length === message.length &&
      !last.patterns.has(pattern) &&
      last.channel.equals(channel) &&
      last.message.equals(head)
    ) {
      last.patterns.add(pattern);
      return true;
    }
    const kept = head === message ? message : Buffer.from(head);
    this.#last = { channel, message: kept, length: message.length, patterns: new Set([pattern]) };
    return false;
  }

  #isInTime(bytes: number): boolean {
    const now = this.#clock.fine();
    if (now - this.#since >= second) {
      this.#since = now;
      this.#messages = this.#bytes = 0;
    }
    if (this.#messages >= hearingLimits.messages || this.#bytes >= hearingLimits.bytes) return false;
    this.#messages++;
    this.#bytes += bytes;
    return true;
  }

  #tell(): void {
    this.#telling = undefined;
    const count = this.#dropped;
    this.#dropped = 0;
    this.#emit({ kind: 'dropped', count });
  }
}
