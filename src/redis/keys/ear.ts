import type { Disposable } from '../../protocol/emitter.ts';
import { keyspacePrefix } from '../../protocol/keyEvents.ts';
import type { Redis } from '../client.ts';

/**
 * Hears which keys change, where the server tells it, on a connection of its own: a flood of such news never stands in the way
 * of a broadcast, and if the server cuts it off, nothing else is.
 */
export class KeyEar implements Disposable {
  readonly #client: Redis;
  #disposed = false;

  private constructor(client: Redis) {
    this.#client = client;
  }

  /**
   * Subscribes to changes of the keys that `globs` name in the database of `client`, on the same server. `lost` is called once if
   * the connection ends before it is disposed.
   * @throws the client's error when there is no connection to be had, or this user may not
   */
  static async open(
    client: Redis,
    globs: readonly string[],
    { heard, lost }: { heard: (key: Buffer) => void; lost: () => void },
  ): Promise<KeyEar> {
    // Who opened it opens it anew; it may be to another server of a cluster by then.
    const own = client.duplicate({ retryStrategy: () => null });
    const ear = new KeyEar(own);
    const prefix = keyspacePrefix(client.options.db ?? 0);
    own.on('error', () => undefined);
    own.on('pmessageBuffer', (_pattern: string, channel: Buffer) => {
      // A copy, since the name is kept and the piece that it came in is not to be.
      if (!ear.#disposed) heard(Buffer.from(channel.subarray(prefix.length)));
    });
    try {
      await own.connect();
      await own.psubscribe(...globs.map((glob) => prefix + glob));
    } catch (error) {
      ear.dispose();
      throw error;
    }
    own.once('close', () => {
      if (!ear.#disposed) lost();
    });
    return ear;
  }

  /** Proves that it still hears: resolves when all that was told before this call has been heard. @throws the client's error */
  async look(): Promise<void> {
    await this.#client.ping();
  }

  dispose(): void {
    this.#disposed = true;
    this.#client.disconnect();
  }
}
