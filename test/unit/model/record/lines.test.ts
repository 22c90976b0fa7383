import assert from 'node:assert/strict';
import * as v from 'valibot';
import { wireOf } from '../../../../src/protocol/decode.ts';
import { line } from '../../../../src/protocol/panel/line.ts';
import type { Change } from '../../../../src/protocol/changes.ts';
import { RecordRig } from './recordRig.ts';
import { listSeen } from '../../../support/queueSeen.ts';

const lastOf = (rig: RecordRig) => rig.lines().at(-1)!;

describe('what becomes a line', () => {
  it('is what was published, word for word, with who did it and what is to say of it', () => {
    const rig = new RecordRig();
    const text = '{"agent_id":"a","role":"tester","request":"r1","state":{"ver":2}}';
    rig.accept('a', {}, 5, { text });
    const { id, at, ...rest } = lastOf(rig);
    assert.deepEqual([id, at], [1, rig.clock.now()]);
    assert.deepEqual(rest, {
      ns: '',
      channel: 'agent:state:sync',
      agent: 'a',
      role: 'tester',
      request: 'r1',
      source: 'live',
      kind: 'state',
      mark: null,
      reason: null,
      resource: null,
      seq: 1,
      text,
      length: text.length,
    });
    rig.change({ kind: 'claim', agent: 'a', resource: 'x.ts' });
    assert.deepEqual([lastOf(rig).role, lastOf(rig).resource, lastOf(rig).channel], ['tester', 'x.ts', 'agent:events']);
  });

  it('is marked with what it was not taken as, and why', () => {
    const rig = new RecordRig();
    rig.publish('a', { ver: 5, x: 1 });
    rig.publish('a', { ver: 4 });
    rig.publish('a', { ver: 5, x: 2 });
    rig.publish('a', { ver: 5, x: 1 });
    rig.event('error: it broke');
    rig.change({ kind: 'denied', resource: 'x', agent: 'b', holder: 'a' });
    rig.change({ kind: 'deadlock', agent: 'b', circle: ['b', 'a'] });
    rig.change({ kind: 'unclaimed', agent: 'b', detail: '' });
    rig.change({ kind: 'other', name: 'error', agent: 'b' });
    rig.change({ kind: 'release', agent: 'a' }, 1, { recovered: true });
    rig.feed({ kind: 'recovered', ns: '', from: 3, to: 4 });
    const text = 'x'.repeat(300_000);
    rig.feed({ kind: 'malformed', ns: '', channel: 'agent:events', reason: 'why', sample: 'x', wire: wireOf(text) });
    rig.feed({ kind: 'gap', ms: 2_500, reason: null });
    assert.deepEqual(
      rig.lines().map(({ kind, mark }) => [kind, mark]),
      [
        ['state', null],
        ['stale', 'stale'],
        ['divergent', 'divergent'],
        ['state', null],
        ['event', 'error'],
        ['denied', 'denied'],
        ['denied', 'denied'],
        ['unclaimed', 'unclaimed'],
        ['event', 'error'],
        ['release', 'recovered'],
        ['recovered', 'recovered'],
        ['malformed', 'malformed'],
        ['gap', 'gap'],
      ],
    );
    const by = (kind: string) => rig.lines().find((each) => each.kind === kind)!;
    assert.equal(by('stale').reason, 'version 4 is not newer than 5');
    assert.deepEqual([by('release').source, by('malformed').source, by('gap').source], ['history', 'live', 'observed']);
    assert.deepEqual([by('malformed').reason, by('malformed').length], ['why', 300_000]);
    assert.equal(by('release').at, rig.clock.now() - 1);
    assert.equal(by('gap').text, 'Nothing was heard for 3 s');
    assert.equal(by('recovered').text, 'Changes 3 to 4 were read from the history');
    assert.ok(rig.lines().every((each) => v.is(line, each)));
  });

  it('is what the supervisor noticed, in a few words, but not that queues became longer or shorter', () => {
    const rig = new RecordRig();
    const lock = { resource: 'a.ts', holder: 'x', token: null, ttlMs: 30_000 };
    rig.feed({ kind: 'locks', ns: '', locks: [lock], complete: true });
    rig.feed({ kind: 'locks', ns: '', locks: [], complete: true });
    rig.feed({ kind: 'queues', ns: '', queues: [listSeen('agent:tasks', 4)], complete: true });
    rig.feed({ kind: 'stored', ns: '', message: { ...stored, agentId: 's\u202e' } });
    rig.feed({ kind: 'connection', state: 'reconnecting', reason: { code: 'wrong-password' } });
    assert.deepEqual(
      rig.lines().map(({ source, kind, text }) => [source, kind, text]),
      [
        ['observed', 'claim', 'x holds a.ts'],
        ['observed', 'release', 'x no longer holds a.ts'],
        ['observed', 'state', 's\u{fffd} working build'],
        ['observed', 'connection', 'The connection was lost'],
      ],
    );
    assert.match(lastOf(rig).reason!, /password/);
  });

  it('is said in the language of the window where it is ours', () => {
    const l10n = { t: (text: string) => `DE ${text}` };
    const rig = new RecordRig({ l10n });
    rig.feed({ kind: 'connection', state: 'reconnecting', reason: { code: 'closed' } });
    assert.match(lastOf(rig).text, /^DE /);
    assert.match(lastOf(rig).reason!, /^DE /);
    assert.match(rig.recorder.now().connection.reason!, /^DE /);
    const events: string[] = [];
    rig.model.onEvent(({ reason }) => events.push(reason ?? ''));
    const from = rig.lines().length;
    rig.publish('a', { ver: 5, x: 1 });
    rig.publish('a', { ver: 5, x: 1 });
    rig.publish('a', { ver: 4 });
    rig.publish('a', { ver: 5, x: 2 });
    rig.publish('p', { ver: 1, task: 'parse', status: 'working' });
    rig.publish('b', { ver: 1, tasks: [{ id: 'build', status: 'running', needs: ['parse'] }] });
    rig.change({ kind: 'denied', agent: 'b', resource: 'x', blocking: 'x', holder: 'a' });
    rig.change({ kind: 'deadlock', agent: 'b', circle: ['b', 'a'] });
    rig.change({ kind: 'unclaimed', agent: 'b', detail: 'overwritten' });
    rig.change({ kind: 'release', agent: 'a' }, 1, { recovered: true });
    assert.deepEqual(
      rig
        .lines()
        .slice(from)
        .flatMap(({ reason }) => reason ?? []),
      [
        'DE the same state once more: its agent lives',
        'DE version {0} is not newer than {1}',
        'DE other content with version {0}',
        'DE began before {0} was done',
        'DE held by {0}',
        'DE would wait for itself: {0}',
        'DE a plain lock was written over a lease',
        'DE recovered from history',
      ],
    );
    // Programs read the same in English, whatever the window's language is.
    assert.ok(events.includes('version 4 is not newer than 5') && events.every((reason) => !reason.startsWith('DE')));
  });

  it('read from the history has its reason in the language of the window as well', () => {
    const rig = new RecordRig({ l10n: { t: (text: string) => `DE ${text}` } });
    const denied = rig.entry({ kind: 'denied', agent: 'b', resource: 'x', blocking: 'y', holder: 'a' });
    assert.equal(rig.recorder.past([denied])[0]?.reason, 'DE held by {0} with {1}');
  });

  it('is what was heard elsewhere, by whom where it says so, and what MONITOR saw', () => {
    const rig = new RecordRig();
    rig.feed({ kind: 'heard', channel: 'news', text: '{"agent":"a","role":"r","request":7}' });
    rig.feed({ kind: 'heard', channel: 'news', text: '{"agent":', whole: 999 });
    rig.recorder.command({
      atMs: rig.clock.now() + rig.skewMs - 20,
      client: '127.0.0.1:5',
      command: 'SET',
      text: '"SET" "a" "b"',
    });
    assert.deepEqual(
      rig
        .lines()
        .map(({ source, kind, channel, agent, role, request, length }) => [
          source,
          kind,
          channel,
          agent,
          role,
          request,
          length,
        ]),
      [
        ['heard', 'heard', 'news', 'a', 'r', '7', 36],
        ['heard', 'heard', 'news', null, null, null, 999],
        ['monitor', 'command', 'SET', null, null, null, 13],
      ],
    );
    assert.deepEqual([lastOf(rig).at, lastOf(rig).reason], [rig.clock.now() - 20, '127.0.0.1:5']);
    rig.feed({ kind: 'dropped', count: 5 });
    assert.equal(rig.recorder.lines.dropped, 5);
  });

  it('has a text of every change also where none came with it', () => {
    const kinds: Record<Change['kind'], true> = {
      hello: true,
      phase: true,
      bye: true,
      claim: true,
      renew: true,
      release: true,
      expire: true,
      transfer: true,
      break: true,
      wait: true,
      unwait: true,
      unclaimed: true,
      denied: true,
      deadlock: true,
      message: true,
      delivered: true,
      control: true,
      other: true,
    };
    const rig = new RecordRig();
    for (const kind of Object.keys(kinds) as Change['kind'][]) {
      const { wire: _, ...message } = rig.entry({ kind }) as { wire: unknown } & Parameters<RecordRig['feed']>[0];
      rig.feed(message);
    }
    assert.equal(rig.lines().length, Object.keys(kinds).length);
    assert.ok(rig.lines().every((each) => each.text !== '' && v.is(line, each)));
  });
});

describe('what is read backwards from the history', () => {
  it('comes before all lines, with the time of when it was made, and nothing comes twice', () => {
    const rig = new RecordRig();
    const entries = Array.from({ length: 6 }, (_, i) =>
      rig.entry({ kind: 'claim', resource: `${i}` }, 6_000 - i * 1_000),
    );
    assert.equal(rig.recorder.firstSeq(''), null);
    for (const entry of entries.slice(3)) rig.feed(entry);
    assert.equal(rig.recorder.firstSeq(''), 4);
    const denied = rig.entry({ kind: 'denied', resource: 'd' }, 4_500);
    const known = rig.entry({ kind: 'denied', resource: 'k' }, 3_000);
    const got = rig.recorder.past([entries[0]!, entries[1]!, denied, entries[2]!, entries[3]!, known, entries[4]!]);
    assert.deepEqual(
      got.map(({ id, resource, source, mark }) => [id, resource, source, mark]),
      [
        [-3, '0', 'history', null],
        [-2, '1', 'history', null],
        [-1, 'd', 'history', 'denied'],
        [0, '2', 'history', null],
      ],
    );
    assert.deepEqual(
      got.map(({ at }) => rig.clock.now() - at),
      [6_000, 5_000, 4_500, 4_000],
    );
    assert.equal(rig.recorder.firstSeq(''), 1);
    assert.deepEqual(rig.recorder.past(entries), []);
    assert.ok(rig.lines().every((each) => v.is(line, each)));
  });

  it('is each namespace by itself, and what cannot be read is told beside what stood next to it', () => {
    const rig = new RecordRig({}, ['', 'shop:']);
    rig.change({ kind: 'claim' }, 1, { seq: 5 });
    const wire = wireOf('{');
    const got = rig.recorder.past([
      { kind: 'malformed', ns: 'shop:', channel: 'agent:history', reason: 'not JSON', sample: '{', wire },
      rig.entry({ kind: 'claim' }, 50, { ns: 'shop:', seq: 9 }),
    ]);
    assert.deepEqual(
      got.map(({ ns, mark, at, text }) => [ns, mark, rig.clock.now() - at, text]),
      [
        ['shop:', 'malformed', 50, '{'],
        ['shop:', null, 50, 'the text'],
      ],
    );
    assert.deepEqual(
      ['', 'shop:', 'other:'].map((ns) => rig.recorder.firstSeq(ns)),
      [5, 9, null],
    );
  });

  it('leaves out what was refused before the first number that is kept', () => {
    const rig = new RecordRig();
    const [early, denied, claim] = [
      rig.entry({ kind: 'denied', resource: 'early' }, 300),
      rig.entry({ kind: 'denied', resource: 'kept' }, 200),
      rig.entry({ kind: 'claim' }, 100, { seq: 7 }),
    ];
    rig.feed(denied);
    assert.equal(rig.recorder.firstSeq(''), null);
    rig.feed(claim);
    assert.equal(rig.recorder.firstSeq(''), 7);
    assert.deepEqual(
      rig.recorder.past([early, denied, claim]).map(({ resource }) => resource),
      ['early'],
    );
  });

  it('is known by its number, also where the clock of the server was set back by an hour', () => {
    const rig = new RecordRig();
    const before = [1, 2, 3].map((seq) => rig.entry({ kind: 'claim' }, 10_000 - seq - 3_600_000, { seq }));
    rig.change({ kind: 'claim' }, 1, { seq: 4 });
    const seqs = rig.recorder.past(before).map(({ seq }) => seq);
    assert.deepEqual(seqs, [1, 2, 3]);
  });

  it('is known by its time where it is another history than that of some lines', () => {
    const rig = new RecordRig();
    rig.change({ kind: 'claim' }, 9_000, { seq: 5_000 });
    const nothing = { states: [], agents: [], leases: [], waits: [], pauses: [] };
    rig.feed({ kind: 'snapshot', ns: '', seq: 0, ...nothing, word: 'diverged' });
    const known = rig.entry({ kind: 'claim' }, 1, { seq: 1 });
    rig.feed(known);
    assert.deepEqual(rig.recorder.past([known]), []);
  });

  it('is as much as there is room for', () => {
    const rig = new RecordRig({ lines: 3 });
    rig.change({ kind: 'claim' }, 1, { seq: 50 });
    const entries = [1, 2, 3, 4].map((seq) => rig.entry({ kind: 'claim' }, 100, { seq }));
    assert.deepEqual(
      rig.recorder.past(entries).map(({ seq }) => seq),
      [3, 4],
    );
    assert.equal(rig.recorder.firstSeq(''), 3);
  });
});

const stored = {
  agentId: 's',
  epoch: 0,
  ver: 1,
  state: { task: 'build', status: 'working' },
  task: 'build',
  status: 'working',
  parent: null,
  host: null,
  role: null,
  team: null,
  name: null,
  ts: null,
};
