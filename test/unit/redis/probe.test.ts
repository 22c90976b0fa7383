import assert from 'node:assert/strict';
import type { FeedMessage } from '../../../src/protocol/messages.ts';
import type { Redis } from '../../../src/redis/client.ts';
import { Probe } from '../../../src/redis/probe.ts';
import { FakeClock } from '../../support/fakeClock.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A probe on a server that can be made to answer later. */
class Slow {
  readonly clock = new FakeClock();
  readonly told: FeedMessage[] = [];
  readonly probe = new Probe('', this.clock, (message) => this.told.push(message));
  readonly #waiting: (() => void)[] = [];
  isSlow = false;
  asked = 0;

  async begin(mayPublish: boolean): Promise<void> {
    const answer = (come: () => void): Promise<number> => {
      this.asked++;
      return new Promise((resolve) => {
        this.#waiting.push(() => {
          come();
          resolve(1);
        });
        if (!this.isSlow) this.answerAll();
      });
    };
    const subscribe = (): Promise<number> => (mayPublish ? Promise.resolve(1) : Promise.reject(new Error('NOPERM')));
    const commands = {
      publish: (channel: string, text: string) => answer(() => this.probe.came(channel, text)),
      ping: () => answer(() => undefined),
    };
    this.probe.watch(true);
    const subscriber = { subscribe, unsubscribe: () => Promise.resolve(1) };
    this.probe.use(subscriber as unknown as Redis, commands as unknown as Redis);
    await settle();
  }

  answerAll(): void {
    for (const each of this.#waiting.splice(0)) each();
  }

  get durations(): number[] {
    return this.told.flatMap((message) => (message.kind === 'probe' ? message.ms : []));
  }
}

describe('the probe of a server that is slow for a while', () => {
  for (const mayPublish of [true, false]) {
    it(`tells of each second of it, by ${mayPublish ? 'broadcasts' : 'PING'}`, async () => {
      const slow = new Slow();
      await slow.begin(mayPublish);
      slow.isSlow = true;
      slow.clock.advance(4_500);
      slow.isSlow = false;
      slow.answerAll();
      await settle();
      slow.clock.advance(500);
      await settle();
      assert.deepEqual(slow.durations, [0, 3_500, 2_500, 1_500, 500, 0]);
      slow.probe.dispose();
    });
  }

  it('waits for none longer than five seconds, and for none when it has ended', async () => {
    const slow = new Slow();
    await slow.begin(true);
    slow.isSlow = true;
    slow.clock.advance(60_000);
    assert.equal(slow.asked, 61);
    slow.answerAll();
    assert.deepEqual(slow.durations, [0, 4_000, 3_000, 2_000, 1_000, 0]);
    slow.clock.advance(1_000);
    slow.probe.dispose();
    slow.answerAll();
    assert.equal(slow.durations.length, 6);
  });
});
