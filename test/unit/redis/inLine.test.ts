import assert from 'node:assert/strict';
import { claimInLine, type Bell, type InLineReply, type InLineRequest } from '../../../src/redis/library/inLine.ts';
import type { ClaimReply, ClaimRequest, Denied } from '../../../src/redis/library/calls.ts';
import { UserError } from '../../../src/redis/userError.ts';
import { FakeClock } from '../../support/fakeClock.ts';

const denied = (leftMs: number | null = 60_000): Denied => ({
  kind: 'denied',
  resource: 'src/a.ts',
  blocking: 'src/a.ts',
  holder: 'b',
  task: '',
  leftMs,
  reason: 'lease',
  position: 1,
});
const granted: ClaimReply = { kind: 'granted', ttlMs: 1, seq: 1, tokens: new Map([['src/a.ts', 7]]) };
const closed = new UserError({ code: 'closed' });

/** A server that answers what it was given to answer, and a bell that is rung by hand. */
class Fakes {
  readonly clock = new FakeClock();
  readonly asked: ClaimRequest[] = [];
  readonly cancelled: string[] = [];
  readonly blocked: [key: string, seconds: number][] = [];
  opened = 0;
  disconnected = 0;
  /** Whether the next cancellation finds the waiter in the queue. */
  inLine = true;
  ring: (() => void) | undefined;
  breakBell: (() => void) | undefined;
  #steps: () => void = () => {};

  readonly #answers: (ClaimReply | Error)[];

  constructor(...answers: (ClaimReply | Error)[]) {
    this.#answers = answers;
  }

  wait(request: Partial<InLineRequest> = {}): Promise<InLineReply> {
    const { clock } = this;
    const calls = {
      claim: async (_agent: string, request: ClaimRequest): Promise<ClaimReply> => {
        this.asked.push(request);
        this.#steps();
        const answer = this.#answers.shift() ?? assert.fail('asked too often');
        if (answer instanceof Error) throw answer;
        return answer;
      },
      cancel: async (_agent: string, waitId: string): Promise<boolean> => {
        this.cancelled.push(waitId);
        return this.inLine;
      },
    };
    const openBell = async (): Promise<Bell> => {
      this.opened++;
      return {
        blpop: (key, seconds) =>
          new Promise((resolve, reject) => {
            this.blocked.push([key, seconds]);
            this.ring = () => resolve(null);
            this.breakBell = () => reject(closed);
            this.#steps();
          }),
        disconnect: () => void this.disconnected++,
      };
    };
    return claimInLine({ calls, ns: 'shop:', openBell, clock }, 'a', {
      resources: ['src/a.ts'],
      ttlMs: 60_000,
      waitMs: 30_000,
      ...request,
    });
  }

  /** Resolves when it blocks for the nth time. */
  async blocks(count: number): Promise<void> {
    while (this.blocked.length < count) await new Promise<void>((resolve) => (this.#steps = resolve));
  }

  async asks(count: number): Promise<void> {
    while (this.asked.length < count) await new Promise<void>((resolve) => (this.#steps = resolve));
    await flushed();
  }
}

/** What was ready to run has run. */
const flushed = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Waiting in line', () => {
  it('opens no connection where it is free at once', async () => {
    const fakes = new Fakes(granted);
    assert.equal(await fakes.wait(), granted);
    assert.equal(fakes.opened, 0);
  });

  it('asks once, without a place in line, where it may not wait', async () => {
    const fakes = new Fakes(denied());
    assert.equal((await fakes.wait({ waitMs: 0 })).kind, 'denied');
    assert.equal(fakes.asked[0]?.waitId, undefined);
  });

  it('blocks for the time that is left, never for ever, and asks again with the same id when it is rung', async () => {
    const fakes = new Fakes(denied(60_000), denied(1_500), denied(0), denied(null), granted);
    const told: number[] = [];
    const reply = fakes.wait({ onDenied: ({ position }) => told.push(position) });
    for (let n = 1; n <= 4; n++) {
      await fakes.blocks(n);
      fakes.ring?.();
    }
    assert.equal(await reply, granted);
    const [waitId] = fakes.asked.map((request) => request.waitId);
    assert.ok(waitId !== undefined && fakes.asked.every((request) => request.waitId === waitId));
    assert.deepEqual(
      fakes.blocked,
      [4, 1.5, 0.02, 4].map((seconds) => [`shop:signalbox:wake:${waitId}`, seconds]),
    );
    assert.deepEqual(told, [1, 1, 1, 1]);
    assert.deepEqual([fakes.opened, fakes.cancelled.length], [1, 0]);
    await flushed();
    assert.equal(fakes.disconnected, 1);
  });

  it('leaves the queue when the time is up, and says what was in the way', async () => {
    const fakes = new Fakes(denied());
    const reply = fakes.wait({ waitMs: 30_000 });
    await fakes.blocks(1);
    fakes.clock.advance(30_000);
    assert.deepEqual(await reply, { kind: 'waited-in-vain', denied: denied() });
    assert.deepEqual(fakes.cancelled, [fakes.asked[0]?.waitId]);
    await flushed();
    assert.equal(fakes.disconnected, 1);
  });

  it('leaves the queue when it is not wanted any more', async () => {
    const fakes = new Fakes(denied());
    const given = new AbortController();
    const reply = fakes.wait({ signal: given.signal });
    await fakes.blocks(1);
    given.abort();
    assert.deepEqual(await reply, { kind: 'aborted' });
    assert.equal(fakes.cancelled.length, 1);
    assert.deepEqual(await fakes.wait({ signal: given.signal }), { kind: 'aborted' });
    assert.equal(fakes.asked.length, 1);
  });

  it('answers with the grant that came in the same moment', async () => {
    const fakes = new Fakes(denied(), granted);
    fakes.inLine = false;
    const given = new AbortController();
    const reply = fakes.wait({ signal: given.signal });
    await fakes.blocks(1);
    given.abort();
    assert.equal(await reply, granted);
    assert.equal(fakes.asked[1]?.waitId, undefined);
  });

  it('waits for a lost connection as well, but not longer than it may', async () => {
    const fakes = new Fakes(denied(), closed, granted);
    const reply = fakes.wait();
    await fakes.blocks(1);
    fakes.breakBell?.();
    await flushed();
    fakes.clock.advance(250);
    await fakes.asks(2);
    fakes.clock.advance(250);
    assert.equal(await reply, granted);

    const never = new Fakes(closed, closed);
    const rejected = assert.rejects(never.wait({ waitMs: 300 }), closed);
    await never.asks(1);
    never.clock.advance(250);
    await never.asks(2);
    never.clock.advance(50);
    await rejected;
  });

  it('passes a circle, a limit and a refusal on, and leaves the queue behind', async () => {
    const circle: ClaimReply = { kind: 'deadlock', circle: ['a', 'b'] };
    assert.equal(await new Fakes(circle).wait(), circle);
    const limit: ClaimReply = { kind: 'limit', what: 'waiters' };
    assert.equal(await new Fakes(limit).wait(), limit);
    const refusal = new UserError({ code: 'call-refused', detail: 'no' });
    const fakes = new Fakes(denied(), refusal);
    const reply = fakes.wait();
    await fakes.blocks(1);
    fakes.ring?.();
    await assert.rejects(reply, refusal);
    assert.equal(fakes.cancelled.length, 1);
  });
});
