import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Change } from '../../../src/protocol/changes.ts';
import { LibraryNews, leaseSeen, stateOf } from './libraryNews.ts';

describe('a snapshot', () => {
  it('replaces leases, waits and pauses, and leaves plain locks', () => {
    const news = new LibraryNews();
    news.sweep([{ resource: 'raw', holder: 'p' }]);
    news.accept('a', 1, { ver: 1 });
    news.tell({ kind: 'claim', agent: 'a', resource: 'same', token: 1, ttlMs: 10_000 });
    news.tell({ kind: 'claim', agent: 'a', resource: 'gone', token: 2 });
    news.tell({ kind: 'claim', agent: 'a', resource: 'other', token: 3 });
    news.tell({ kind: 'wait', agent: 'b', resources: ['same'] });
    news.tell({ kind: 'control', target: 'a' });
    news.lines();
    news.snapshot({
      seq: 40,
      leases: [
        leaseSeen('same', 'a', 1, { task: 'auth', leftMs: 20_000 }),
        leaseSeen('other', 'c', 9),
        leaseSeen('new', 'c', 8),
      ],
      waits: [
        { agent: 'd', waitId: 'w7', resources: ['same'] },
        { agent: 'e', waitId: 'w8', resources: ['./'] },
      ],
      pauses: [{ target: 'c', by: 'you', reason: '' }],
    });
    assert.deepEqual(news.claims(), ['new c 8 < e', 'other c 9 < e', 'raw p  < e', 'same a 1 < d, e']);
    assert.deepEqual(news.lines(), [
      'release a gone 2 (gone in the snapshot)',
      'release a other 3 (gone in the snapshot)',
      'claim c other 9',
      'claim c new 8',
    ]);
    const same = news.model.claims.find((claim) => claim.resource === 'same')!;
    assert.deepEqual([same.task, same.expiresAt], ['auth', news.clock.now() + 20_000]);
    assert.equal(news.model.agentById('', 'a')!.paused, null);
    assert.equal(news.model.agentById('', 'c')!.paused?.by, 'you');
    assert.equal(news.model.status().connection.namespaces[0]!.seq, 40);
  });

  it('takes states like stored ones, which are no sign of life, and replace', () => {
    const news = new LibraryNews();
    news.accept('a', 1, { ver: 3, old: true });
    news.clock.advance(1_000);
    news.snapshot({ states: [stateOf('a', 1, { ver: 4 }), stateOf('b', 1, { ver: 1, status: 'working' })] });
    const [a, b] = news.model.agents;
    assert.deepEqual([a!.state, a!.seenAt], [{ ver: 4 }, news.clock.now() - 1_000]);
    assert.deepEqual([b!.status, b!.seenAt], ['working', null]);
    news.snapshot({ states: [stateOf('a', 1, { ver: 2 })] });
    assert.deepEqual([news.model.agents[0]!.ver, news.model.counts.stale], [4, 0]);
  });

  it('says in words why it had to be taken', () => {
    const news = new LibraryNews();
    news.tell({ kind: 'claim', agent: 'a', token: 1 });
    news.snapshot({ word: 'trimmed', seq: 90 });
    assert.equal(news.model.attention.length, 0);
    news.snapshot({ word: 'diverged', seq: 1 });
    assert.deepEqual(
      news.events.filter((event) => event.kind === 'gap').map(({ reason, data }) => [reason, data]),
      [
        ['the history no longer holds what came between', { word: 'trimmed', seq: 90 }],
        ['the history is another than before, as after a failover or FLUSHALL', { word: 'diverged', seq: 1 }],
      ],
    );
    assert.deepEqual(
      news.model.attention.map((item) => item.kind),
      ['health'],
    );
    assert.match(news.model.status().attention[0]!.text, /given twice/);
    // The other history has numbers of its own.
    news.tell({ kind: 'claim', agent: 'b', resource: 'y', token: 7 });
    assert.deepEqual([news.seq, news.claims()], [2, ['y b 7']]);
  });

  it('says by key of every claim whose waiters may have changed', () => {
    const news = new LibraryNews();
    news.sweep([{ resource: 'raw', holder: 'p' }]);
    news.changes.length = 0;
    news.snapshot({ waits: [{ agent: 'b', waitId: 'w', resources: ['raw'] }] });
    assert.deepEqual([...news.changes[0]!.claims], [news.model.claims[0]!.key]);
  });

  it('knows since when leases are, by our clock, and takes the place of a plain lock there', () => {
    const news = new LibraryNews();
    news.sweep([{ resource: 'x', holder: 'p' }]);
    news.lines();
    news.model.apply({ kind: 'clock', skewMs: -3_600_000 });
    const at = news.clock.now() - 60_000;
    news.snapshot({ leases: [leaseSeen('x', 'a', 1, { since: at - 3_600_000 })] });
    assert.equal(news.model.claims[0]!.since, at);
    assert.deepEqual(news.lines(), ['release p x (gone in the snapshot)', 'claim a x 1']);
  });

  it('survives times that no clock has', () => {
    const news = new LibraryNews();
    news.model.apply({ kind: 'clock', skewMs: -1e15 });
    news.snapshot({ leases: [leaseSeen('x', 'a', 1, { since: 0 }), leaseSeen('y', 'a', 2, { since: 8.64e15 })] });
    assert.equal(news.model.status().claims.length, 2);
  });
});

/** What the library would do next, by small numbers. */
type Step = readonly [what: number, agent: number, resource: number];

interface Moment {
  leases: Map<string, { holder: string; token: number; task: string; leftMs: number }>;
  waits: Map<string, { agent: string; resources: string[] }>;
}

const names = ['a', 'b', 'b/1'];
const resources = ['src/', 'src/x', 'docs/y', 'git:index'];

/** Lets a library that knows neither folders nor kin do these steps: what it tells, and how things stand after each. */
function history(steps: readonly Step[]): { told: Change[]; moments: Moment[] } {
  const told: Change[] = [];
  const moments: Moment[] = [{ leases: new Map(), waits: new Map() }];
  const [leases, waits]: [Moment['leases'], Moment['waits']] = [new Map(), new Map()];
  let token = 0;
  let waitCount = 0;
  const say = (change: Change): void => {
    told.push(change);
    const copy = [...leases].map(([key, lease]) => [key, { ...lease }] as const);
    moments.push({ leases: new Map(copy), waits: new Map(waits) });
  };
  for (const [what, who, where] of steps) {
    const [agent, resource] = [names[who]!, resources[where]!];
    const held = leases.get(resource);
    const [task, ttlMs] = [`t${token}`, 10_000 + token * 1_000];
    if (!held) {
      const waiter = [...waits].find(([, wait]) => wait.resources[0] === resource && what % 2 === 0);
      const holder = waiter?.[1].agent ?? agent;
      leases.set(resource, { holder, token: ++token, task, leftMs: ttlMs });
      if (waiter) waits.delete(waiter[0]);
      const waitId = waiter?.[0] ?? null;
      say({ kind: 'claim', agent: holder, resource, token, ttlMs, task, waitId });
      continue;
    }
    const base = { agent: held.holder, resource, token: held.token };
    const gone = (change: Change): void => {
      leases.delete(resource);
      say(change);
    };
    if (what === 0) gone({ kind: 'release', ...base, reason: null });
    else if (what === 1) gone({ kind: 'expire', ...base });
    else if (what === 2) gone({ kind: 'break', ...base, by: 'you', reason: '' });
    else if (what === 3) {
      held.leftMs = Math.max(held.leftMs, ttlMs);
      say({ kind: 'renew', ...base, ttlMs: held.leftMs, task: null });
    } else if (what === 4 && held.holder !== agent) {
      leases.set(resource, { holder: agent, token: ++token, task, leftMs: ttlMs });
      say({ kind: 'transfer', agent, resource, token, ttlMs, task, from: held.holder, by: 'you', reason: '' });
    } else if (what === 5 && held.holder !== agent) {
      const waitId = `w${++waitCount}`;
      waits.set(waitId, { agent, resources: [resource, 'only/waited/for'] });
      const wait = { waitId, resources: [resource, 'only/waited/for'], holder: held.holder };
      say({ kind: 'wait', agent, ...wait, blocking: resource, position: 1 });
    } else {
      const [first] = waits;
      if (!first) continue;
      waits.delete(first[0]);
      say({ kind: 'unwait', agent: first[1].agent, waitId: first[0], reason: 'cancelled' });
    }
  }
  return { told, moments };
}

function tell(news: LibraryNews, told: readonly Change[], from: number, to: number): void {
  for (let seq = from; seq <= to; seq++) {
    news.model.apply({ kind: 'change', ns: '', change: told[seq - 1]!, seq, atUs: news.atUs, recovered: false });
  }
}

const pictureOf = ({ model }: LibraryNews): unknown =>
  model.claims.map(({ resource, holder, token, task, expiresAt, waiters }) => ({
    resource,
    holder,
    token,
    task,
    expiresAt,
    waiters: [...waiters],
  }));

describe('whatever is told around a snapshot', () => {
  const steps = fc.array(fc.tuple(fc.nat(6), fc.nat(2), fc.nat(3)), { minLength: 1, maxLength: 60 });

  it('ends in the claims that the changes alone end in', () => {
    // What was told before the snapshot, where its number stands, how far its pages were read later, and what is repeated.
    const shares = fc.record({ before: fc.nat(100), at: fc.nat(100), late: fc.array(fc.nat(100)), again: fc.nat(100) });
    fc.assert(
      fc.property(steps, shares, (all, { before, at, late, again }) => {
        const { told, moments } = history(all);
        const end = told.length;
        const alone = new LibraryNews();
        tell(alone, told, 1, end);
        const news = new LibraryNews();
        const seq = Math.round((at / 100) * end);
        tell(news, told, 1, Math.round((before / 100) * end));
        // A page is read when it is asked for, so that a lease may stand in it that is newer than the number.
        const leases = resources.flatMap((resource, index) => {
          const delay = late[index % Math.max(late.length, 1)] ?? 0;
          const lease = moments[seq + Math.round((delay / 100) * (end - seq))]!.leases.get(resource);
          return lease ? [leaseSeen(resource, lease.holder, lease.token, lease)] : [];
        });
        const waits = [...moments[seq]!.waits].map(([waitId, wait]) => ({ waitId, ...wait }));
        news.snapshot({ seq, leases, waits });
        tell(news, told, 1 + Math.round((again / 100) * seq), end);
        assert.deepEqual(pictureOf(news), pictureOf(alone));
        assert.deepEqual(news.model.waits, alone.model.waits);
      }),
      { numRuns: 1_000 },
    );
  });

  it('ends in the claims of the snapshot where nothing follows it', () => {
    fc.assert(
      fc.property(steps, fc.nat(100), (all, at) => {
        const { told, moments } = history(all);
        const { leases } = moments.at(-1)!;
        const news = new LibraryNews();
        tell(news, told, 1, Math.round((at / 100) * told.length));
        const seen = [...leases].map(([resource, { holder, ...lease }]) =>
          leaseSeen(resource, holder, lease.token, lease),
        );
        news.snapshot({ seq: told.length, leases: seen });
        const alone = new LibraryNews();
        tell(alone, told, 1, told.length);
        assert.deepEqual(
          news.model.claims.map(({ resource, token }) => [resource, token]),
          alone.model.claims.map(({ resource, token }) => [resource, token]),
        );
      }),
    );
  });

  it('leads a reader of what happened to the claims that there are', () => {
    fc.assert(
      fc.property(steps, steps, (first, second) => {
        const [before, after] = [history(first), history(second)];
        const news = new LibraryNews();
        tell(news, before.told, 1, before.told.length);
        const seen = [...after.moments.at(-1)!.leases].map(([resource, { holder, ...lease }]) =>
          leaseSeen(resource, holder, lease.token + 1_000, lease),
        );
        news.snapshot({
          seq: 5,
          leases: seen.map((lease, i) => ({ ...lease, token: lease.token + i })),
          word: 'diverged',
        });
        const read = new Map<string, string>();
        for (const { kind, agent, resource } of news.events) {
          if (kind === 'claim' || kind === 'transfer') read.set(resource!, agent!);
          if (kind === 'release' || kind === 'expire') read.delete(resource!);
        }
        assert.deepEqual(new Map(news.model.claims.map((claim) => [claim.resource, claim.holder])), read);
      }),
    );
  });
});
