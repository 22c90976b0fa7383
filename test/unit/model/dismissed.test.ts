import assert from 'node:assert/strict';
import { HookNews } from './fleetOfHooks.ts';
import { agentSeen } from './libraryNews.ts';

const kinds = (news: HookNews): string[] => news.model.attention.map(({ kind }) => kind);

interface Case {
  /** Brings it about; where it is done again, it is another occurrence. */
  readonly happen: (news: HookNews) => void;
  /** Goes on with it, without anything new. */
  readonly goOn?: (news: HookNews) => void;
  /** Ends it, so that it can happen again. */
  readonly end?: (news: HookNews) => void;
}

const beat = (news: HookNews): void => news.pass(1_000);
let tokens = 100;
const next = (): number => ++tokens;
let versions = 10_000;

const cases: Record<string, Case> = {
  'waiting-on-you': {
    happen: (news) => news.phase('s', 'you', 'Bash'),
    goOn: (news) => {
      news.alive('s', 'you', 'Bash');
      // Read again after a reconnect, by a clock that was compared anew.
      news.model.apply({ kind: 'clock', skewMs: 3 });
      const { since } = news.model.agentById('', 's')!.hook!;
      const doing = { phase: 'you', tool: 'Bash', since } as const;
      const hook = { branch: null, root: null, by: 'sh 9.9.9' };
      news.snapshot({ agents: [agentSeen('s', { hook, doing, heardAt: news.clock.now() })] });
    },
    end: (news) => news.phase('s', 'working'),
  },
  conflict: {
    happen: (news) => {
      news.tell({ kind: 'claim', agent: 'a', resource: 'x', token: next(), ttlMs: 86_400_000 });
      news.tell({ kind: 'wait', agent: 'b', waitId: `w${next()}`, resources: ['x'] });
      news.pass(61_000);
    },
    goOn: (news) => news.tell({ kind: 'renew', agent: 'a', resource: 'x', token: tokens - 1, ttlMs: 86_400_000 }),
    end: (news) => news.tell({ kind: 'unwait', agent: 'b', waitId: `w${tokens}` }),
  },
  deadlock: { happen: (news) => news.tell({ kind: 'deadlock', agent: 'a', resource: 'x', circle: ['a', 'b'] }) },
  'dead-holder': {
    happen: (news) => {
      news.hello('s', { host: 'here', pid: 10 });
      news.processes.add(10);
      news.tell({ kind: 'claim', agent: 's', resource: 'y', token: next(), ttlMs: 86_400_000 });
      news.processes.delete(10);
      news.pass(4_000);
    },
    end: (news) => news.tell({ kind: 'release', agent: 's', resource: 'y', token: tokens }),
  },
  error: { happen: (news) => news.tell({ kind: 'other', agent: 'a', name: 'error', detail: 'no disk' }) },
  unguarded: {
    happen: (news) => news.tell({ kind: 'unclaimed', agent: 'a', resource: 'x', detail: 'bash', holder: 'b' }),
  },
  stalled: {
    happen: (news) => {
      news.hello('s');
      news.phase('s', 'working');
      news.pass(121_000);
    },
    end: (news) => news.alive('s', 'working'),
  },
  restarted: {
    happen: (news) => {
      for (let i = 0; i < 6; i++) news.publish('p', { status: 'idle', ver: i === 0 ? (versions += 100) : 1, i });
    },
  },
  'no-expiry': {
    happen: (news) => {
      news.sweep([{ resource: 'raw', holder: 'p', ttlMs: null }]);
      news.pass(6_000);
    },
    goOn: (news) => news.sweep([{ resource: 'raw', holder: 'p', ttlMs: null }]),
    end: (news) => news.sweep([]),
  },
  health: {
    happen: (news) => news.tell({ kind: 'hello', agent: HookNews.session(`b${next()}`) }),
  },
};

describe('what was dismissed', () => {
  for (const [kind, { happen, goOn, end }] of Object.entries(cases)) {
    it(`stays gone while it goes on, and comes back when it happens anew: ${kind}`, () => {
      const news = new HookNews();
      const ofKind = (): string[] => kinds(news).filter((each) => each === kind);
      happen(news);
      assert.deepEqual(ofKind(), [kind]);
      news.model.dismiss(news.model.attention.find((item) => item.kind === kind)!.id);
      assert.deepEqual(ofKind(), []);
      beat(news);
      goOn?.(news);
      beat(news);
      assert.deepEqual(ofKind(), [], 'it goes on');
      end?.(news);
      beat(news);
      assert.deepEqual(ofKind(), [], 'it is over');
      happen(news);
      assert.deepEqual(ofKind(), [kind], 'it happened anew');
    });
  }

  it('of a guard that is silent for several comes back for another one, and not because one has ended', () => {
    const news = new HookNews();
    const [first, second] = [HookNews.session('b1'), HookNews.session('b2')];
    news.tell({ kind: 'hello', agent: first });
    beat(news);
    news.tell({ kind: 'hello', agent: second });
    news.model.dismiss(news.model.attention[0]!.id);
    news.hello(second);
    beat(news);
    assert.deepEqual(kinds(news), []);
    news.tell({ kind: 'hello', agent: HookNews.session('b3') });
    assert.deepEqual(kinds(news), ['health']);
  });
});

describe('edits by shell commands', () => {
  it('are one row an agent, and what is only suspected says so and is not counted', () => {
    const news = new HookNews();
    news.hello('s', { name: 'login' });
    for (const resource of ['a.ts', 'b.ts'])
      news.tell({ kind: 'unclaimed', agent: 's', resource, detail: 'bash', holder: 'b' });
    news.tell({ kind: 'unclaimed', agent: 's', resource: 'c.ts', detail: 'bash-suspected', holder: 'b' });
    const texts = news.model.status().attention.map(({ text }) => text);
    assert.match(texts[0] ?? '', /^login changed b\.ts by a shell command, although b holds it\..* 2 such changes/);
    assert.match(
      texts[1] ?? '',
      /^It is only suspected that login changed c\.ts, which b holds\..*others work in the same/,
    );
    assert.equal(news.model.counts.unclaimed, 2);
  });

  it('take no row away from what is more urgent, however many there are', () => {
    const news = new HookNews();
    news.tell({ kind: 'deadlock', agent: 'a', resource: 'x', circle: ['a', 'b'] });
    news.tell({ kind: 'other', agent: 'a', name: 'error', detail: 'full' });
    for (let i = 0; i < 1_000; i++)
      news.tell({ kind: 'unclaimed', agent: `s${i}`, resource: 'a.ts', detail: 'edited', holder: null });
    const rows = news.model.attention.filter(({ kind }) => kind !== 'health');
    assert.deepEqual(
      [rows.length, ...rows.slice(0, 3).map(({ kind }) => kind)],
      [51, 'deadlock', 'error', 'unguarded'],
    );
    assert.ok(rows.some(({ agent }) => agent === 's999'));
  });
});
