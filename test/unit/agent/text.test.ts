import assert from 'node:assert/strict';
import type { Status, WatchEvent } from '../../../src/protocol/status.ts';
import { span, statusText } from '../../../src/agent/statusText.ts';
import { columns } from '../../../src/agent/table.ts';
import { watchText } from '../../../src/agent/watchText.ts';
import { LibraryNews, type Brief } from '../model/libraryNews.ts';

const at = '2026-01-02T03:04:05.678Z';

function status(over: Partial<Status>): Status {
  return {
    v: 1,
    at,
    observer: { id: 'o', since: at },
    connection: {
      state: 'live',
      server: 'redis 7.0.15',
      url: 'redis://127.0.0.1:6379',
      library: null,
      notifications: false,
      rttMs: 0.31,
      namespaces: [{ ns: 'shop:', seq: null }],
    },
    agents: [],
    claims: [],
    queues: [],
    counts: {
      stale: 0,
      divergent: 0,
      duplicate: 0,
      premature: 0,
      denied: 0,
      unclaimed: 0,
      recovered: 0,
      malformed: 0,
      tasks: 0,
    },
    attention: [],
    ...over,
  };
}

const claim = {
  ns: 'shop:',
  resource: 'src/a.ts',
  kind: 'file',
  holder: 'agent-7',
  level: 0,
  token: null,
  task: null,
  since: at,
  expiresInMs: 41_000,
  waiters: [],
} as const;

const agentSeen = {
  ns: 'shop:',
  name: '',
  liveness: 'working',
  source: 'state',
  host: null,
  parent: null,
  role: null,
  task: 'x',
  status: 'working',
  epoch: 0,
  ver: null,
  state: {},
  seenAt: at,
  stale: 0,
} as const;

const event: WatchEvent = {
  ns: 'shop:',
  seq: null,
  at,
  clock: 'observer',
  kind: 'state',
  agent: 'agent-1',
  resource: null,
  token: null,
  channel: null,
  reason: null,
  data: { task: 'fileX', status: 'done', ver: 1 },
};

describe('What a terminal shows', () => {
  it('lays out columns by their widest cell and leaves no spaces at the end', () => {
    const rows = [
      ['a', 'bb', ''],
      ['aaa', 'b', 'c'],
    ];
    assert.deepEqual(columns(rows), ['  a    bb', '  aaa  b   c']);
  });

  it('leaves out columns that nobody has anything in', () => {
    const rows = [
      ['a', '', 'x'],
      ['b', '', ''],
    ];
    assert.deepEqual(columns(rows), ['  a  x', '  b']);
  });

  it('heads columns with names, except those that are left out', () => {
    assert.deepEqual(columns([['a', '', 'x']], { heading: ['name', 'status', 'y'] }), ['  name  y', '  a     x']);
  });

  it('shows an empty fleet in three lines, of which one says how agents appear', () => {
    const [head, namespaces, hint, ...more] = statusText(status({})).split('\n');
    assert.equal(head, 'redis 7.0.15 · redis://127.0.0.1:6379 · live · 0.3 ms');
    assert.equal(namespaces, 'namespaces: shop:');
    assert.match(hint ?? '', /^Nobody is here yet\..*signalbox setup claude.*signalbox --agent NAME run -- COMMAND$/);
    assert.deepEqual(more, []);
    const lost = { ...status({}).connection, state: 'reconnecting' } as const;
    assert.equal(statusText(status({ connection: lost })).split('\n').length, 2);
  });

  it('shows claims, queues and counts', () => {
    const text = statusText(
      status({
        claims: [
          { ...claim, waiters: [] },
          { ...claim, resource: 'git:index', kind: 'named', expiresInMs: null, waiters: ['b'] },
        ],
        queues: [
          { ns: 'shop:', name: 'agent:tasks', kind: 'list', waiting: 2, active: null, failed: null, oldestMs: 61_000 },
        ],
        counts: { ...status({}).counts, stale: 3, tasks: 12 },
      }),
    );
    assert.match(text, /Claims \(2\)\n {2}resource {3}holder .*\n {2}src\/a\.ts {3}agent-7 {2}41s left/);
    assert.match(text, /git:index {2}agent-7 {2}no expiry.*1 waiting/);
    assert.match(text, /^ {2}agent:tasks {2}list {2}2 waiting {2}oldest 1m 01s$/m);
    assert.ok(text.endsWith('stale 3 · tasks 12'));
  });

  it('tells leases from plain locks where there are both, and who waits for what', () => {
    const lease = { ...claim, level: 1, token: 1_795_234_849_690_318, task: 'auth' } as const;
    const text = statusText(
      status({
        connection: { ...status({}).connection, library: '1.0.0' },
        agents: ['a', 'b'].map((id) => ({ ...agentSeen, id })),
        claims: [
          { ...lease, waiters: ['b', 'c', 'd', 'e'] },
          { ...lease, resource: 'docs/', waiters: ['b'] },
          { ...claim, resource: 'raw.ts', waiters: [] },
        ],
      }),
    );
    assert.deepEqual(text.split('\n'), [
      'redis 7.0.15 · redis://127.0.0.1:6379 · live · 0.3 ms · function library 1.0.0',
      'namespaces: shop:',
      '',
      'Agents (2)',
      '  agent  liveness  status   task  waits',
      '  a      working   working  x',
      '  b      working   working  x     waits for src/a.ts and 1 more',
      '',
      'Claims (3)',
      '  resource  holder   time      kind        task  in line',
      '  src/a.ts  agent-7  41s left              auth  4 waiting: b, c, d and 1 more',
      '  docs/     agent-7  41s left              auth  1 waiting: b',
      '  raw.ts    agent-7  41s left  plain lock',
    ]);
  });

  it('shows by what an agent has ended, not that it was heard just now', () => {
    const rows = (['working', 'idle', 'dead', 'limited'] as const).map((liveness, i) => ({
      ...agentSeen,
      id: `a${i}`,
      liveness,
      status: 'done',
    }));
    assert.deepEqual(
      statusText(status({ agents: rows }))
        .split('\n')
        .slice(4),
      [
        '  agent  liveness  status  task',
        '  a0     done              x',
        '  a1     done              x',
        '  a2     done              x',
        '  a3     limited   done    x',
      ],
    );
  });

  it('names the fleet of each row only where there are several', () => {
    const { connection } = status({});
    const namespaces = [
      { ns: 'shop:', seq: null },
      { ns: '', seq: null },
    ];
    const text = statusText(
      status({
        connection: { ...connection, namespaces },
        claims: [
          { ...claim, waiters: [] },
          { ...claim, ns: '', waiters: [] },
        ],
      }),
    );
    assert.match(text, /namespaces: shop:, \(no namespace\)/);
    assert.match(text, /^ {2}shop: {11}src\/a\.ts/m);
    assert.match(text, /^ {2}\(no namespace\) {2}src\/a\.ts/m);
  });

  it('says who is paused, by whom and why', () => {
    const pause = { ns: '', by: 'ann', reason: 'lunch' };
    const text = statusText(status({}), [
      { ...pause, target: '*' },
      { ...pause, target: 'agent-2', by: 'evil\u001b[2J' },
    ]);
    assert.match(text, /^Paused \(2\)\n {2}all agents {2}by ann .*lunch\n {2}agent-2 .*lunch$/m);
    assert.ok(!text.includes('\u001b'));
  });

  it('lets no text of others move the cursor, change colours or start a line', () => {
    const evil = 'x\u001b[2J\u001b]0;t\u0007\r\n\u009b31m\u202e';
    const text = statusText(
      status({
        claims: [{ ...claim, resource: evil, holder: evil, task: evil, waiters: [] }],
        queues: [{ ns: 'shop:', name: evil, kind: 'list', waiting: 1, active: null, failed: null, oldestMs: null }],
        attention: [{ id: '1', kind: 'error', agent: evil, resource: evil, since: at, text: evil }],
      }),
    );
    const line = watchText({ ...event, agent: evil, resource: evil, reason: evil, data: { status: evil, task: evil } });
    for (const shown of [text, line]) assert.doesNotMatch(shown.replaceAll('\n', ''), /[\p{Cc}\u202e]/u);
    assert.equal(line.split('\n').length, 1);
  });

  it('writes an event on one line', () => {
    assert.equal(watchText(event), '03:04:05  shop:  state       agent-1  done fileX (ver 1)');
    const queue = { ...event, kind: 'queue', agent: null, resource: 'agent:tasks', data: { waiting: 2 } } as const;
    assert.equal(watchText(queue), '03:04:05  shop:  queue       agent:tasks  2 waiting');
    assert.equal(watchText({ ...queue, ns: '', data: null }), '03:04:05  queue       agent:tasks');
  });

  it('writes whatever the function library tells in words', () => {
    const news = new LibraryNews(['shop:']);
    const lines: string[] = [];
    news.model.onEvent((told) => lines.push(watchText(told).slice('03:04:05  shop:  '.length)));
    const tell = (...briefs: Brief[]): void => briefs.forEach((brief) => news.tell(brief, { ns: 'shop:' }));
    tell(
      { kind: 'hello', agent: 'lead/x', parent: 'lead', host: 'mini-1' },
      { kind: 'claim', task: 'auth' },
      { kind: 'claim', agent: 'b', waitId: 'w1', ttlMs: 10_000 },
      { kind: 'renew' },
      { kind: 'release' },
      { kind: 'release', reason: 'deleted' },
      { kind: 'expire' },
      { kind: 'transfer', reason: 'a is stuck' },
      { kind: 'break', reason: 'why not' },
      { kind: 'wait', resources: ['x', 'y', 'z'], blocking: './', position: 2 },
      { kind: 'unwait', reason: 'silent' },
      { kind: 'denied', blocking: './' },
      { kind: 'denied', reason: 'queue' },
      { kind: 'deadlock' },
      { kind: 'unclaimed', detail: 'overwritten' },
      { kind: 'message', to: '*', text: 'the build is red' },
      { kind: 'control', target: '*', reason: 'lunch' },
      { kind: 'control', target: 'b', action: 'resume' },
      { kind: 'other', name: 'note', detail: 'half done' },
    );
    news.model.apply({ kind: 'recovered', ns: 'shop:', from: 12, to: 15 });
    news.snapshot({ ns: 'shop:', word: 'trimmed' });
    assert.deepEqual(lines, [
      'event       lead/x  hello  under lead  on mini-1',
      'claim       a  x  1m 00s left  auth',
      'claim       b  x  10s left  waited for it',
      'renew       a  x  1m 00s left',
      'release     a  x',
      'release     a  x  its key was deleted',
      'expire      a  x',
      'transfer    b  x  1m 00s left  from a by you: a is stuck',
      'release     a  x  broken by you: why not',
      'wait        b  x  and 2 more, held by a with ./  place 2 in line',
      'event       b  left the queue: not heard any more',
      'denied      b  x  held by a with ./',
      'denied      b  x  a waits for it and came first',
      'denied      b  x  would wait for itself: b → a → b',
      'unclaimed   a  x  a plain lock was written over a lease',
      'message     a  to all:  the build is red',
      'control     you  pauses all  lunch',
      'control     you  resumes b',
      'event       a  note: half done',
      'recovered   changes 12 to 15 were read from the history',
      'gap         the history no longer holds what came between',
      'release     b  x  gone in the snapshot',
    ]);
  });

  it('writes what plain agents and the connection do in words', () => {
    const line = (part: Partial<WatchEvent>): string =>
      watchText({ ...event, ns: '', agent: null, data: null, ...part }).slice('03:04:05  '.length);
    assert.equal(
      line({ kind: 'event', data: { name: 'unwait', detail: 'x', text: 'unwait:x' } }),
      'event       unwait:x',
    );
    assert.equal(line({ kind: 'connection', data: { state: 'live' } }), 'connection  live');
    const words = 'the subscription was lost';
    assert.equal(
      line({ kind: 'gap', reason: words, data: { ms: 12_000 } }),
      `gap         nothing heard for 12s  ${words}`,
    );
    const duplicate = { task: 'login', agents: ['agent-1', 'agent-2'] };
    assert.equal(
      line({ kind: 'duplicate', agent: 'agent-2', resource: 'login', data: duplicate }),
      'duplicate   agent-2  login  also the task of agent-1',
    );
    assert.equal(line({ kind: 'malformed', reason: 'no JSON', data: '{"a' }), 'malformed   no JSON  {"a');
    assert.equal(
      line({ kind: 'stale', agent: 'a', reason: 'version 1 is not newer than 2', data: { status: 'done', ver: 1 } }),
      'stale       a  done (ver 1)  version 1 is not newer than 2',
    );
  });

  it('gives times no finer than a second', () => {
    assert.deepEqual([0, 999, 61_000, 3_600_000, 7_384_000].map(span), ['0s', '1s', '1m 01s', '1h 00m', '2h 03m']);
  });
});
