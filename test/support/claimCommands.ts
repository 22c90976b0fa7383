import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ClaimsModel, Outcome, Waiter } from './claimsModel.ts';
import { chain, isChild, isRaw } from './claimsModel.ts';
import type { ClaimsWorld } from './claimsWorld.ts';

/** One step that is taken on a real server and in the model; it asserts that both say the same. */
type Step = (model: ClaimsModel, world: ClaimsWorld) => Promise<void>;

class Command implements fc.AsyncCommand<ClaimsModel, ClaimsWorld> {
  readonly #title: string;
  readonly #step: Step;
  readonly #plain: boolean;

  /** @param plain it does not call the library, so that nothing has been looked after when the next command comes */
  constructor(title: string, step: Step, plain = false) {
    this.#title = title;
    this.#step = step;
    this.#plain = plain;
  }

  check(): boolean {
    return true;
  }

  async run(model: ClaimsModel, world: ClaimsWorld): Promise<void> {
    await this.#step(model, world);
    if (this.#plain) return world.compareLocks(model);
    await world.lookAfter(model);
    await world.compare(model);
  }

  toString(): string {
    return this.#title;
  }
}

const agents = ['a', 'b', 'c', 'a/1', 'a/2'];
export const universe = [
  'src/a.ts',
  'src/b.ts',
  'src/',
  'src/auth/x.ts',
  'src/auth/',
  'src/auth',
  './',
  'git:index',
  './git:x',
];
// Deadlines never fall on a moment to which time is moved, so that the time that really passes makes no difference.
const ttls = [34_000, 64_000];
const jumps = [6_000, 6_000, 12_000, 36_000, 66_000];

const agent = fc.constantFrom(...agents, 'a', 'a/1');
// Much happens at one place, else hardly anything would meet.
const one = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom('src/a.ts', 'src/') },
  { weight: 3, arbitrary: fc.constantFrom(...universe) },
);
const some = fc.uniqueArray(one, { minLength: 1, maxLength: 3 });
const ttl = fc.constantFrom(...ttls);
const words = (list: readonly string[]): string => list.join(' ');

function sameOutcome(reply: readonly string[], expected: Outcome, model: ClaimsModel): void {
  const context = `${words(reply)} for ${JSON.stringify(expected)}`;
  switch (expected.kind) {
    case 'granted':
      assert.equal(reply[0], 'OK', context);
      break;
    case 'refused':
      assert.equal(reply[0], 'refused', context);
      break;
    case 'deadlock':
      assert.equal(reply[0], 'DEADLOCK', context);
      break;
    case 'denied': {
      const [word, resource, blocking, holder, , left, reason, position] = reply;
      assert.equal(word, 'DENIED', context);
      const among = expected.obstacles.some(
        (each) =>
          each.resource === resource && each.blocking === blocking && each.holder === holder && each.reason === reason,
      );
      assert.ok(among, context);
      assert.equal(position, String(expected.position), context);
      const lock = model.locks.get(blocking!);
      const isEndless = reason === 'queue' || (lock && isRaw(lock) && lock.until === Infinity);
      assert.equal(left === '-1', isEndless, context);
    }
  }
}

async function claim(
  model: ClaimsModel,
  world: ClaimsWorld,
  ask: { agent: string; resources: readonly string[]; ttl: number; waitId: string | null },
): Promise<void> {
  const reply = await world.tried('claim', ask.resources, ask.agent, ask.ttl, 'a task', ask.waitId ?? '');
  const expected = model.claim(ask.agent, ask.resources, ask.ttl, ask.waitId);
  sameOutcome(reply, expected, model);
  if (expected.kind === 'granted') await world.assertHeld(ask.agent, ask.resources, reply.slice(3));
  if (expected.kind === 'deadlock') assertCircle(reply.slice(1), expected.waits);
}

/** Each waits for the next, and the last for the first or for a parent of it, which ends after it. */
function assertCircle(circle: readonly string[], waits: ReadonlyMap<string, readonly string[]>): void {
  const first = circle[0]!;
  circle.forEach((name, i) => {
    const next = circle[i + 1];
    const names = waits.get(name) ?? [];
    const isClosed = next === undefined ? names.some((n) => n === first || isChild(first, n)) : names.includes(next);
    assert.ok(isClosed, `${words(circle)}: ${name} waits for ${words(names)}`);
  });
}

/** What an agent holds, or lent to its child, with the newest or the oldest token it had of it. */
function heldBy(model: ClaimsModel, who: string, oldest: boolean): [string, number][] {
  const held: [string, number][] = [];
  for (const [resource, lock] of model.locks) {
    const lease = isRaw(lock) ? undefined : chain(lock).find(({ holder }) => holder === who);
    if (lease) held.push([resource, oldest ? lease.tokens[0]! : lease.tokens.at(-1)!]);
  }
  return held;
}

const isWaiting = (waiters: readonly Waiter[], index: number): Waiter | undefined => waiters[index % waiters.length];

const arbitraries: fc.Arbitrary<Command>[] = [
  fc
    .record({ agent, resources: some, ttl })
    .map(
      (ask) =>
        new Command(`claim(${ask.agent}: ${words(ask.resources)}, ${String(ask.ttl)})`, (model, world) =>
          claim(model, world, { ...ask, waitId: null }),
        ),
    ),
  fc
    .record({ agent, resources: some, ttl, wait: fc.nat(1) })
    .map(
      (ask) =>
        new Command(
          `wait(${ask.agent}: ${words(ask.resources)}, ${String(ask.ttl)}, ${String(ask.wait)})`,
          (model, world) => claim(model, world, { ...ask, waitId: `${ask.agent}:${String(ask.wait)}` }),
        ),
    ),
  fc.record({ index: fc.nat(5), of: fc.constantFrom('waiters' as const, 'granted' as const) }).map(
    ({ index, of }) =>
      new Command(`again(${of} ${String(index)})`, async (model, world) => {
        const waiter = isWaiting(model[of], index);
        if (waiter) await claim(model, world, { ...waiter, waitId: waiter.id });
      }),
  ),
  fc.record({ index: fc.nat(7), child: fc.constantFrom('1', '2'), ttl, wait: fc.boolean() }).map(
    ({ index, child, ttl: lasting, wait }) =>
      new Command(`takeOver(${String(index)}, ${child}, ${String(lasting)})`, async (model, world) => {
        const leases = [...model.locks].flatMap(([resource, lock]) => (isRaw(lock) ? [] : [{ resource, ...lock }]));
        const lease = leases[index % leases.length];
        if (!lease) return;
        const name = `${lease.holder.split('/')[0]!}/${child}`;
        await claim(model, world, {
          agent: name,
          resources: [lease.resource],
          ttl: lasting,
          waitId: wait ? `${name}:0` : null,
        });
      }),
  ),
  fc.record({ agent, oldest: fc.boolean(), also: fc.option(one) }).map(
    ({ agent: who, oldest, also }) =>
      new Command(
        `renew(${who}${oldest ? ', oldest tokens' : ''}${also === null ? '' : `, ${also}`})`,
        async (model, world) => {
          const held = heldBy(model, who, oldest);
          if (also !== null && !held.some(([resource]) => resource === also)) held.push([also, 7]);
          if (held.length === 0) return;
          const [word, count, ...lost] = await world.tried(
            'renew',
            held.map(([r]) => r),
            who,
            ...held.map(([, t]) => t),
          );
          const good = model.renew(who, held);
          assert.deepEqual([word, count], ['OK', String(good.filter(Boolean).length)]);
          assert.deepEqual(
            lost,
            held.filter((_, i) => !good[i]).map(([resource]) => resource),
          );
        },
      ),
  ),
  fc.record({ agent, resources: some, oldest: fc.boolean(), wrong: fc.boolean() }).map(
    ({ agent: who, resources, oldest, wrong }) =>
      new Command(
        `release(${who}: ${words(resources)}${oldest ? ', oldest' : ''}${wrong ? ', wrong' : ''})`,
        async (model, world) => {
          const own = new Map(heldBy(model, who, oldest));
          const held = resources.map((r): [string, number] => [r, wrong ? 1 : (own.get(r) ?? 1)]);
          const reply = await world.tried('release', resources, who, ...held.map(([, token]) => token));
          assert.deepEqual(
            reply,
            model.release(who, held).map((was) => (was ? 'released' : 'gone')),
          );
        },
      ),
  ),
  agent.map(
    (who) =>
      new Command(`release_all(${who})`, async (model, world) => {
        assert.deepEqual((await world.tried('release_all', [], who)).toSorted(), model.releaseAll(who));
      }),
  ),
  fc.record({ agent, index: fc.nat(5) }).map(
    ({ agent: who, index }) =>
      new Command(`cancel(${who}, ${String(index)})`, async (model, world) => {
        const waiter = isWaiting(model.waiters, index);
        const [by, id] = waiter ? [waiter.agent, waiter.id] : [who, 'none'];
        assert.deepEqual(await world.tried('cancel', [], by, id), [model.cancel(by, id) ? 'cancelled' : 'gone']);
      }),
  ),
  fc.record({ resource: one, to: fc.option(agent), ttl, wrong: fc.boolean() }).map(
    ({ resource, to, ttl: lasting, wrong }) =>
      new Command(
        `transfer(${resource} to ${to ?? 'nobody'}, ${String(lasting)}${wrong ? ', wrong' : ''})`,
        async (model, world) => {
          const lock = model.locks.get(resource);
          const expected = lock && !isRaw(lock) ? lock.tokens.at(-1)! + (wrong ? 1 : 0) : wrong ? 1 : null;
          const reply = await world.tried(
            'transfer',
            [resource],
            'person',
            to ?? '',
            expected ?? '',
            lasting,
            'because',
          );
          const outcome = model.transfer(resource, to, expected, lasting);
          if (typeof outcome !== 'string') {
            assert.equal(reply[0], 'DENIED');
            assert.ok(outcome.some(({ blocking, holder }) => blocking === reply[2] && holder === reply[3]));
          } else if (outcome === 'changed') {
            assert.equal(reply[0], 'CHANGED');
          } else {
            assert.equal(reply[0], 'OK');
            if (to === null) assert.equal(reply[1], '0');
            else await world.assertHeld(to, [resource], [resource, reply[1]!]);
          }
        },
      ),
  ),
  fc
    .record({ resource: one, value: fc.constantFrom('agent-7', 'a', '', '{}', '{"holder":"a"}'), ttl: fc.option(ttl) })
    .map(
      ({ resource, value, ttl: lasting }) =>
        new Command(
          `SET ${resource} ${value} NX ${String(lasting)}`,
          async (model, world) => {
            const isFree = !model.exists(resource);
            assert.equal(await world.rawSet(resource, value, lasting, true), isFree);
            if (!isFree) return;
            model.rawSet(resource, value || '?', lasting ?? Infinity);
            await world.observe(model, resource);
          },
          true,
        ),
    ),
  fc.record({ resource: one, value: fc.constantFrom('agent-7', 'b'), ttl: fc.option(ttl) }).map(
    ({ resource, value, ttl: lasting }) =>
      new Command(
        `SET ${resource} ${value} ${String(lasting)}`,
        async (model, world) => {
          const wasLease = model.isLeased(resource);
          await world.rawSet(resource, value, lasting, false);
          model.rawSet(resource, value, lasting ?? Infinity);
          if (!wasLease) await world.observe(model, resource);
        },
        true,
      ),
  ),
  one.map(
    (resource) =>
      new Command(
        `RPUSH ${resource}`,
        async (model, world) => {
          const isFree = !model.exists(resource);
          assert.equal(await world.rawList(resource), isFree);
          if (!isFree) return;
          model.rawSet(resource, '?');
          await world.observe(model, resource);
        },
        true,
      ),
  ),
  one.map(
    (resource) =>
      new Command(
        `DEL ${resource}`,
        async (model, world) => {
          await world.client.del(world.rig.lock(resource));
          model.rawDelete(resource);
          await world.lookAfterWaiters(model);
        },
        true,
      ),
  ),
  one.map(
    (resource) =>
      new Command(
        `EXPIRE ${resource} 10`,
        async (model, world) => {
          await world.client.expire(world.rig.lock(resource), 10);
          model.rawExpire(resource, 10_000);
        },
        true,
      ),
  ),
  one.map(
    (resource) =>
      new Command(
        `PERSIST ${resource}`,
        async (model, world) => {
          await world.client.persist(world.rig.lock(resource));
          model.rawExpire(resource, Infinity);
        },
        true,
      ),
  ),
  fc.constantFrom(...jumps).map(
    (ms) =>
      new Command(
        `pass(${String(ms)})`,
        async (model, world) => {
          await world.rig.pass(ms);
          model.now += ms;
          await world.lookAfterWaiters(model);
        },
        true,
      ),
  ),
  fc.constant(new Command('reap', () => Promise.resolve())),
];

const weights = [10, 10, 8, 6, 5, 6, 2, 2, 5, 2, 2, 1, 3, 2, 2, 8, 1];

export const claimCommands = (maxCommands: number): fc.Arbitrary<Iterable<fc.AsyncCommand<ClaimsModel, ClaimsWorld>>> =>
  fc.commands([fc.oneof(...arbitraries.map((arbitrary, i) => ({ arbitrary, weight: weights[i] ?? 1 })))], {
    maxCommands,
    size: 'max',
  });
