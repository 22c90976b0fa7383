import { strict as assert } from 'node:assert';
import { systemClock } from '../../../src/protocol/clock.ts';
import type { FeedMessage } from '../../../src/protocol/messages.ts';
import type { Link } from '../../../src/redis/link.ts';
import { versionIn } from '../../../src/redis/library/load.ts';
import { source } from '../../../src/redis/library/source.ts';
import { Ear } from '../../support/ear.ts';
import { Rig } from '../../support/rig.ts';

type Told = Extract<FeedMessage, { kind: 'accepted' | 'change' }>;
type Snapshot = Extract<FeedMessage, { kind: 'snapshot' }>;

/** An ear for what the library tells. */
class LibraryEar extends Ear {
  get told(): Told[] {
    return this.heard.filter((message) => message.kind === 'accepted' || message.kind === 'change');
  }
  get numbers(): (number | null)[] {
    return this.told.map((message) => message.seq);
  }
  get snapshots(): Snapshot[] {
    return this.of('snapshot');
  }
}

const ours = (name: string, ...rest: string[]): string[] => ['FCALL', `signalbox_${name}`, '1', 'agent:seq', ...rest];
const note = (detail: string): string[] => ours('event', 'a', 'note', '', detail);
const details = (ear: LibraryEar): string[] =>
  ear.told.flatMap((message) =>
    message.kind === 'change' && message.change.kind === 'other' ? [message.change.detail] : [],
  );

describe('invariant 3: each change once and in order, or an honest word', function () {
  let rig: Rig;
  let ear: LibraryEar;
  let link: Link;

  beforeEach(async () => {
    rig = new Rig();
    await rig.serve();
    ear = new LibraryEar();
    link = ear.link;
    link.connect({ url: rig.server.url, namespaces: [''] });
    link.watch(true);
    await link.settled(10_000);
  });
  afterEach(async () => {
    link.dispose();
    await rig.dispose();
  });

  it('loads the library and begins with a snapshot', () => {
    assert.deepEqual(
      ear.snapshots.map(({ seq, word }) => ({ seq, word })),
      [{ seq: 0, word: null }],
    );
    assert.equal(rig.cli('FCALL_RO', 'signalbox_version', '0'), versionIn(source));
  });

  it('hands on live changes in order', async () => {
    for (let i = 1; i <= 50; i++) rig.cli(...note(String(i)));
    await ear.until('all are there', () => ear.told.length === 50);
    assert.deepEqual(
      ear.numbers,
      Array.from({ length: 50 }, (_, i) => i + 1),
    );
    assert.ok(ear.told.every((message) => !message.recovered));
  });

  it('reads from the history what a killed connection missed, and says that it was recovered', async () => {
    rig.cli(...note('before'));
    await ear.until('the first is there', () => ear.told.length === 1);
    // A transaction cuts the subscription and changes something before it can be back.
    execMulti(rig, [['CLIENT', 'KILL', 'TYPE', 'pubsub'], note('missed 1'), note('missed 2')]);
    await ear.until('it is back', () => ear.told.length === 3);
    await ear.until('live', () => ear.lives === 2);
    rig.cli(...note('after'));
    await ear.until('all are there', () => ear.told.length === 4);
    assert.deepEqual(details(ear), ['before', 'missed 1', 'missed 2', 'after']);
    assert.deepEqual(
      ear.told.map((message) => message.recovered),
      [false, true, true, false],
    );
    assert.deepEqual(
      ear.heard.filter((message) => message.kind === 'recovered'),
      [{ kind: 'recovered', ns: '', from: 2, to: 3 }],
    );
    assert.equal(ear.snapshots.length, 1);
  });

  it('goes on after a denial, which has no number', async () => {
    rig.cli('FCALL', 'signalbox_claim', '2', 'agent:seq', 'lock:x', 'a', '60000');
    for (const agent of ['b', 'c']) rig.cli('FCALL', 'signalbox_claim', '2', 'agent:seq', 'lock:x', agent, '60000');
    await ear.until('both denials are there', () => ear.told.length === 3);
    execMulti(rig, [['CLIENT', 'KILL', 'TYPE', 'pubsub'], note('missed')]);
    await ear.until('it is back', () => ear.told.length === 4);
    assert.deepEqual(ear.numbers, [1, null, null, 2]);
    assert.equal(ear.snapshots.length, 1);
  });

  it('finds a last broadcast that was lost in silence', async () => {
    rig.cli(...note('heard'));
    await ear.until('the first is there', () => ear.told.length === 1);
    // What the library does, but for the broadcast.
    const text = '{"kind":"note","agent":"a","resource":"","detail":"unheard","seq":2,"at":"5"}';
    const fields = ['seq', '2', 'at', '5', 'kind', 'note', 'agent', 'a', 'data', text];
    execMulti(rig, [
      ['XADD', 'agent:history', '2-0', ...fields],
      ['SET', 'agent:seq', '2'],
    ]);
    await ear.until('the second is there', () => ear.told.length === 2);
    assert.deepEqual(details(ear), ['heard', 'unheard']);
  });

  it('says that history was trimmed, and begins anew', async () => {
    rig.cli(...note('1'));
    await ear.until('the first is there', () => ear.told.length === 1);
    execMulti(rig, [
      ['CLIENT', 'KILL', 'TYPE', 'pubsub'],
      note('2'),
      note('3'),
      ['XTRIM', 'agent:history', 'MAXLEN', '1'],
    ]);
    await ear.until('there is a second snapshot', () => ear.snapshots.length === 2);
    assert.equal(ear.snapshots[1]!.word, 'trimmed');
    assert.equal(ear.snapshots[1]!.seq, 3);
  });

  it('says that history has diverged after FLUSHALL, and follows the new one', async () => {
    for (const detail of ['1', '2', '3']) rig.cli(...note(detail));
    await ear.until('all are there', () => ear.told.length === 3);
    rig.cli('FLUSHALL');
    rig.cli(...note('new 1'));
    await ear.until('there is a second snapshot', () => ear.snapshots.length === 2);
    assert.equal(ear.snapshots[1]!.word, 'diverged');
    rig.cli(...note('new 2'));
    await ear.until('the new one is followed', () => details(ear).at(-1) === 'new 2');
  });

  it('says so too when numbers and ids are used a second time, as by a replica promoted without its tail', async () => {
    for (const detail of ['1', '2', '3']) rig.cli(...note(detail));
    await ear.until('all are there', () => ear.told.length === 3);
    execMulti(rig, [
      ['CLIENT', 'KILL', 'TYPE', 'pubsub'],
      ['FLUSHALL'],
      note('1b'),
      note('2b'),
      note('3b'),
      note('4b'),
    ]);
    await ear.until('there is a second snapshot', () => ear.snapshots.length === 2);
    assert.deepEqual([ear.snapshots[1]!.word, ear.snapshots[1]!.seq], ['diverged', 4]);
  });

  it('takes a number that the history does not confirm for a plain broadcast', async () => {
    rig.cli(...note('1'));
    await ear.until('the first is there', () => ear.told.length === 1);
    const forged = (seq: number): string =>
      `{"agent_id":"mallory","epoch":"1","seq":${seq},"at":"1","state":{"ver":1,"task":"x"}}`;
    for (const seq of [1, 99, 9_007_199_254_740_991]) rig.cli('PUBLISH', 'agent:state:sync', forged(seq));
    const plain = (): number => ear.heard.filter((message) => message.kind === 'state').length;
    await ear.until('all three are there', () => plain() === 3);
    rig.cli(...note('2'));
    await ear.until('the second is there', () => ear.told.length === 2);
    assert.deepEqual(ear.numbers, [1, 2]);
    assert.equal(ear.snapshots.length, 1);
  });

  it('takes back what it believed when a forged number was the next one', async () => {
    rig.cli(...note('1'));
    await ear.until('the first is there', () => ear.told.length === 1);
    rig.cli(
      'PUBLISH',
      'agent:events',
      '{"kind":"claim","agent":"m","resource":"x","token":"5","ttl":1,"seq":2,"at":"9"}',
    );
    rig.cli(...note('2'));
    // Where it came while the history was being read anyhow, it was not even believed.
    const refused = (): boolean => ear.heard.some((message) => message.kind === 'event');
    await ear.until('it is dealt with', () => ear.snapshots.length === 2 || refused());
    if (!refused()) {
      assert.deepEqual([ear.snapshots[1]!.word, ear.snapshots[1]!.seq], ['diverged', 2]);
      assert.deepEqual(ear.snapshots[1]!.leases, []);
    }
    rig.cli(...note('3'));
    await ear.until('it goes on', () => details(ear).at(-1) === '3');
  });

  it('begins to follow when the library comes later', async () => {
    const later = new LibraryEar(systemClock, 'look');
    rig.cli('FUNCTION', 'DELETE', 'signalbox');
    const looking = later.link;
    looking.connect({ url: rig.server.url, namespaces: [''] });
    looking.watch(true);
    await looking.settled(10_000);
    assert.equal(later.snapshots.length, 0);
    await link.calls('').event('a', 'note', '', 'first');
    await later.until('there is a snapshot', () => later.snapshots.length === 1);
    await link.calls('').event('a', 'note', '', 'second');
    await later.until('it follows', () => details(later).at(-1) === 'second');
    looking.dispose();
  });

  for (const [what, spoil, url] of [
    [
      'a user who may call the library, but not read what it reads',
      (): string => rig.cli('ACL', 'SETUSER', 'few', 'on', '>pw', '~*', '&*', '+@all', '-zrange'),
      (): string => rig.server.url.replace('//', '//few:pw@'),
    ],
    [
      'a key of another type in the way',
      (): string => rig.cli('SET', 'agent:control', 'mine'),
      (): string => rig.server.url,
    ],
  ] as const) {
    it(`is live all the same, and says what is wrong, with ${what}`, async () => {
      spoil();
      rig.cli('HSET', 'agent:state', 'a', '{"ver":1}');
      const other = new LibraryEar(systemClock, 'look');
      const looking = other.link;
      looking.connect({ url: url(), namespaces: [''] });
      looking.watch(true);
      await looking.settled(10_000);
      const troubles = other.heard.filter((message) => message.kind === 'trouble' && message.reason !== null);
      assert.deepEqual(
        troubles.map((message) => message.kind === 'trouble' && message.what),
        ['library'],
      );
      assert.equal(other.snapshots.length, 0);
      assert.equal(other.heard.filter((message) => message.kind === 'stored').length, 1);
      looking.dispose();
    });
  }

  it('loses and doubles nothing while its connections are killed at random', async function () {
    this.timeout(60_000);
    const count = process.env['TEST_LONG'] ? 5_000 : 400;
    for (let i = 1; i <= count; i++) {
      if (i % 37 === 0) rig.cli('CLIENT', 'KILL', 'TYPE', i % 2 === 0 ? 'pubsub' : 'normal', 'SKIPME', 'yes');
      rig.cli(...note(String(i)));
    }
    await ear.until('all are there', () => ear.told.length >= count);
    assert.deepEqual(
      details(ear),
      Array.from({ length: count }, (_, i) => String(i + 1)),
    );
    assert.equal(ear.snapshots.length, 1);
  });
});

/** Runs commands as one transaction, so that nothing else comes between them. */
function execMulti(rig: Rig, commands: readonly (readonly string[])[]): void {
  const quote = (part: string): string => `"${part.replace(/["\\]/g, '\\$&')}"`;
  const lines = [['MULTI'], ...commands, ['EXEC']].map((command) => command.map(quote).join(' '));
  const said = rig.cliInput(`${lines.join('\n')}\n`);
  assert.doesNotMatch(said, /ERR/);
}
