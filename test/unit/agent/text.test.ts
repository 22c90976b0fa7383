import assert from 'node:assert/strict';
import type { Status, WatchEvent } from '../../../src/protocol/status.ts';
import { span, statusText } from '../../../src/agent/statusText.ts';
import { columns } from '../../../src/agent/table.ts';
import { watchText } from '../../../src/agent/watchText.ts';

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

  it('shows an empty fleet in two lines', () => {
    assert.equal(statusText(status({})), 'redis 7.0.15 · redis://127.0.0.1:6379 · live · 0.3 ms\nnamespaces: shop:');
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
    assert.match(text, /Claims \(2\)\n {2}src\/a\.ts {3}agent-7 {2}41s left/);
    assert.match(text, /git:index {2}agent-7 {2}no expiry.*1 waiting/);
    assert.match(text, /agent:tasks {2}list {2}2 waiting {2}oldest 1m 01s/);
    assert.ok(text.endsWith('stale 3 · tasks 12'));
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
    assert.match(text, /namespaces: shop:, \(none\)/);
    assert.match(text, /^ {2}shop: {3}src\/a\.ts/m);
    assert.match(text, /^ {2}\(none\) {2}src\/a\.ts/m);
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

  it('gives times no finer than a second', () => {
    assert.deepEqual([0, 999, 61_000, 3_600_000, 7_384_000].map(span), ['0s', '1s', '1m 01s', '1h 00m', '2h 03m']);
  });
});
