import assert from 'node:assert/strict';
import { FleetModel } from '../../../src/model/fleetModel.ts';
import { silentLog } from '../../../src/protocol/log.ts';
import type { FeedMessage } from '../../../src/protocol/messages.ts';
import { keyspacePrefix, watchedGlobs } from '../../../src/protocol/keyEvents.ts';
import { Link } from '../../../src/redis/link.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { Rig } from '../../support/rig.ts';

const telling = ['--notify-keyspace-events', 'Kg$lshzte', '--enable-debug-command', 'yes'];

describe('news of keys', () => {
  let rig: Rig;
  /** Kinds of messages since they were last asked for. */
  let came: FeedMessage['kind'][];
  beforeEach(() => {
    rig = new Rig();
    came = [];
    rig.link.onMessage(({ kind }) => came.push(kind));
  });
  afterEach(() => rig.dispose());

  const how = (): string | undefined => rig.model.connection.looks?.how;
  const depth = (name: string): number => rig.model.queues.find((queue) => queue.name === name)?.waiting ?? 0;
  const holderOf = (resource: string): string | undefined =>
    rig.model.claims.find((claim) => claim.resource === resource)?.holder;
  const names = (): string[] => rig.model.run.map(({ name }) => name);
  /** Does something, and waits until what it leads to is there: without any sweep. */
  async function told(act: () => void, what: string, holds: () => boolean): Promise<void> {
    came = [];
    act();
    await rig.until(what, holds);
    assert.ok(!came.includes('swept'), `${what} by a sweep`);
  }

  it('come without a sweep: of what is written, renamed, moved away, given an end, and deleted', async () => {
    await rig.serve(telling);
    rig.cli('SET', 'lock:old', 'bob');
    await rig.connect();
    assert.equal(how(), 'live');
    assert.equal(holderOf('old'), 'bob');
    await told(
      () => rig.cli('RPUSH', 'build:queue', 'a', 'b'),
      'two tasks wait',
      () => depth('build:queue') === 2,
    );
    await told(
      () => rig.cli('RENAME', 'build:queue', 'test:queue'),
      'they wait elsewhere',
      () => depth('build:queue') === 0 && depth('test:queue') === 2,
    );
    await told(
      () => rig.cli('RPUSH', 'test:queue:failed', 'c'),
      'one has failed',
      () => rig.model.queues.some((queue) => queue.name === 'test:queue' && queue.failed === 1),
    );
    await told(
      () => rig.cli('SET', 'lock:new', 'ann', 'PX', '60000'),
      'it is claimed',
      () => holderOf('new') === 'ann',
    );
    await told(
      () => rig.cli('EXPIRE', 'lock:old', '60'),
      'the old lock has an end',
      () => rig.model.claims.find(({ resource }) => resource === 'old')?.expiresAt !== null,
    );
    await told(
      () => rig.cli('COPY', 'lock:new', 'x:result', 'DB', '0'),
      'there is a result',
      () => names().includes('x:result'),
    );
    await told(
      () => rig.cli('MOVE', 'x:result', '1'),
      'it is in another database',
      () => names().length === 0,
    );
    await told(
      () => rig.cli('UNLINK', 'lock:new', 'lock:old', 'test:queue', 'test:queue:failed'),
      'all is gone',
      () => rig.model.claims.length === 0 && depth('test:queue') === 0,
    );
  });

  it('are only of the database that we are in', async () => {
    await rig.serve(telling);
    await rig.connect({ url: `${rig.server.url}/3`, namespaces: ['shop:'] });
    assert.equal(how(), 'live');
    rig.cli('SET', 'shop:lock:elsewhere', 'bob');
    await told(
      () => rig.cli('-n', '3', 'SET', 'shop:lock:here', 'ann'),
      'it is claimed',
      () => holderOf('here') === 'ann',
    );
    assert.equal(rig.model.claims.length, 1);
  });

  it('go to the right one of several fleets, and to none where they belong to nobody here', async () => {
    await rig.serve(telling);
    await rig.connect({ namespaces: ['', 'shop-3f2a:'] });
    rig.cli('SET', 'other-1234:lock:x', 'eve');
    rig.cli('RPUSH', 'other-1234:build:queue', 'a');
    await told(
      () =>
        rig.cliInput(
          'SET lock:x ann\nSET shop-3f2a:lock:x bob\nRPUSH shop-3f2a:build:queue a\nSET shop-3f2a:a:total 3',
        ),
      'each has its own',
      () => rig.model.claims.length === 2 && rig.model.queues.length === 1 && rig.model.run.length === 1,
    );
    assert.deepEqual(
      rig.model.claims.map(({ ns, holder }) => [ns, holder]),
      [
        ['', 'ann'],
        ['shop-3f2a:', 'bob'],
      ],
    );
    assert.equal(rig.model.queues[0]?.ns, 'shop-3f2a:');
  });

  it('are not needed for what ends by itself', async () => {
    await rig.serve(telling);
    // No flag for it is set, and it would not come upon it by itself either.
    rig.cli('DEBUG', 'SET-ACTIVE-EXPIRE', '0');
    await rig.connect();
    await told(
      () =>
        rig.cliInput(
          'SET lock:a ann PX 400\nSET b:result x PX 400\nSET lock:stays bob PX 60000\nRPUSH build:queue x\nPEXPIRE build:queue 400',
        ),
      'all are there',
      () => rig.model.claims.length === 2 && rig.model.run.length === 1 && depth('build:queue') === 1,
    );
    await told(
      () => undefined,
      'they have ended',
      () => rig.model.claims.length === 1 && rig.model.run.length + depth('build:queue') === 0,
    );
    assert.deepEqual(
      rig.events
        .filter(({ kind }) => kind === 'expire' || kind === 'release')
        .map(({ kind, resource }) => [kind, resource]),
      [['expire', 'a']],
    );
  });

  it('begin when somebody switches them on, and end when somebody switches them off', async () => {
    await rig.serve();
    await rig.connect();
    assert.deepEqual([how(), rig.model.connection.notifications], ['sweep', false]);
    rig.cli('CONFIG', 'SET', 'notify-keyspace-events', 'KA');
    await rig.until('they are noticed', () => how() === 'live' && rig.model.connection.notifications);
    came = [];
    await rig.until('what came before is seen', () => came.includes('swept'));
    await told(
      () => rig.cli('RPUSH', 'build:queue', 'a'),
      'a task waits',
      () => depth('build:queue') === 1,
    );
    rig.cli('CONFIG', 'SET', 'notify-keyspace-events', 'Kl');
    await rig.until('some are not enough', () => how() === 'sweep');
    rig.cli('SET', 'lock:a', 'ann');
    await rig.until('a sweep has seen it', () => holderOf('a') === 'ann');
    rig.cli('CONFIG', 'SET', 'notify-keyspace-events', '');
    rig.cli('RPUSH', 'build:queue', 'b');
    await rig.until('a sweep has seen that, too', () => depth('build:queue') === 2);
  });

  it('do not tell that all was flushed, which is noticed all the same', async () => {
    await rig.serve(telling);
    rig.cliInput('SET lock:a ann\nRPUSH build:queue a\nSET a:result x');
    await rig.connect();
    assert.equal(rig.model.run.length, 1);
    rig.cli('FLUSHALL');
    await rig.until('all is gone', () => rig.model.claims.length + rig.model.run.length + depth('build:queue') === 0);
  });

  it('come again after their connection alone was cut, and after the server was away', async () => {
    await rig.serve(telling);
    await rig.connect();
    const ear = rig
      .cli('CLIENT', 'LIST')
      .split('\n')
      .find((line) => /psub=[1-9]/.test(line));
    came = [];
    rig.cli('CLIENT', 'KILL', 'ID', /id=(\d+)/.exec(ear ?? '')?.[1] ?? '');
    await rig.until('it sweeps', () => came.includes('swept'));
    await rig.until('they are back', () => how() === 'live');
    assert.ok(!came.includes('connection'));
    process.kill(rig.server.pid, 'SIGKILL');
    await rig.until('the loss is told', () => rig.model.connection.state !== 'live');
    came = [];
    await rig.serve(telling);
    await rig.until('it is back and swept', () => came.lastIndexOf('swept') > came.lastIndexOf('connection'));
    assert.equal(how(), 'live');
    await told(
      () => rig.cli('SET', 'lock:a', 'ann'),
      'it is claimed',
      () => holderOf('a') === 'ann',
    );
  });

  it('are done without where the user may not have them, or may not ask whether there are any', async () => {
    await rig.serve(telling);
    const patterns = watchedGlobs(['']).map((glob) => `&${keyspacePrefix(0)}${glob}`);
    rig.cli('ACL', 'SETUSER', 'deaf', 'on', '>pw', '+@all', '-psubscribe', '~*', '&*');
    rig.cli('ACL', 'SETUSER', 'modest', 'on', '>pw', '+@all', '-config', '-info', '~*', '&agent:*', ...patterns);
    await rig.connect({ username: 'deaf', password: 'pw' });
    assert.equal(how(), 'sweep');
    rig.cli('SET', 'lock:a', 'ann');
    await rig.until('a sweep has seen it', () => holderOf('a') === 'ann');
    assert.deepEqual([...rig.model.connection.troubles.keys()], []);
    await rig.connect({ username: 'modest', password: 'pw' });
    await told(
      () => rig.cli('SET', 'lock:b', 'ben'),
      'it is told at once',
      () => holderOf('b') === 'ben',
    );
    await rig.until('that is believed', () => rig.model.connection.notifications);
    // Which of them come, nobody knows.
    assert.equal(how(), 'sweep');
    // It was tried once.
    assert.match(rig.cli('ACL', 'LOG'), /count\n1\nreason\ncommand\ncontext\ntoplevel\nobject\npsubscribe/);
  });

  it('are given up in a flood, which sweeps bear, and broadcasts come through', async () => {
    await rig.serve(telling);
    await rig.connect();
    const push = `RPUSH flood:queue ${'x '.repeat(10)}`;
    rig.cliInput(Array.from({ length: 20_000 }, () => push).join('\n'));
    rig.cli('PUBLISH', 'agent:state:sync', '{"agent_id":"a","state":{"ver":1}}');
    await rig.until('the agent is heard', () => rig.model.agents.length === 1);
    await rig.until('all tasks are seen', () => depth('flood:queue') === 200_000);
    await rig.until('it sweeps', () => how() === 'sweep');
    assert.equal(rig.cli('PUBSUB', 'NUMPAT'), '0');
  });

  it('of more keys than are kept lead to one sweep, which misses none', async () => {
    await rig.serve(telling);
    await rig.connect();
    rig.cliInput(Array.from({ length: 3_000 }, (_, i) => `SET lock:${String(i)} ann`).join('\n'));
    await rig.until('all are there', () => rig.model.claims.length === 3_000);
    rig.cliInput(Array.from({ length: 3_000 }, (_, i) => `DEL lock:${String(i)}`).join('\n'));
    await rig.until('all are gone', () => rig.model.claims.length === 0);
  });

  it('are right of names that are no text', async () => {
    await rig.serve(telling);
    await rig.connect();
    await told(
      () => rig.cliInput('SET "lock:a\\xff" ann\nRPUSH "caf\\xe9:queue" x'),
      'both are there',
      () => rig.model.claims.length === 1 && rig.model.queues.length === 1,
    );
    // In the picture it has the name of the first, which goes.
    rig.cliInput('SET "lock:a\\xfe" ben\nDEL "lock:a\\xff"');
    await rig.until('the second is left', () => rig.model.claims.length === 1 && rig.model.claims[0]?.holder === 'ben');
    rig.cliInput('DEL "lock:a\\xfe" "caf\\xe9:queue"');
    await rig.until('none is left', () => rig.model.claims.length === 0 && rig.model.queues[0]?.waiting === 0);
  });

  it('and sweeps pick ours out of 100,000 keys of others', async () => {
    await rig.serve(telling);
    rig.cli('DEBUG', 'POPULATE', '100000', 'foreign');
    rig.cliInput('SET lock:a ann\nRPUSH build:queue x\nSET a:result x');
    await rig.connect();
    assert.deepEqual([rig.model.claims.length, rig.model.queues.length, rig.model.run.length], [1, 1, 1]);
    await told(
      () => rig.cli('DEL', 'lock:a'),
      'it is free',
      () => rig.model.claims.length === 0,
    );
    rig.cli('CONFIG', 'SET', 'notify-keyspace-events', '');
    await rig.until('it sweeps, and not every second', () => how() === 'sweep');
    assert.ok((rig.model.connection.looks?.everyMs ?? 0) >= 4_000);
  });

  it('take a person’s own names, and sweeps do', async () => {
    await rig.serve(telling);
    rig.cli('RPUSH', 'todo:build', 'x');
    await rig.connect({ patterns: [{ role: 'queue', glob: 'todo:*' }] });
    assert.equal(depth('todo:build'), 1);
    await told(
      () => rig.cli('RPUSH', 'todo:test', 'x', 'y'),
      'there is another',
      () => depth('todo:test') === 2,
    );
  });

  it('are not asked for while nobody watches, and then the server is given no commands but those that keep the link alive', async () => {
    await rig.serve(telling);
    rig.cliInput('SET lock:a ann PX 100000\nXADD x:stream * a b\nXGROUP CREATE x:stream g 0');
    const clock = new FakeClock();
    const model = new FleetModel({ clock, observerId: 'test' });
    const link = new Link(model, clock, silentLog);
    try {
      const swept = new Promise<void>((resolve) =>
        link.onMessage(({ kind }) => {
          if (kind === 'swept') resolve();
        }),
      );
      link.connect({ url: rig.server.url, namespaces: [''] });
      link.watch(true);
      const live = setInterval(() => clock.advance(1), 1);
      await swept;
      clearInterval(live);
      assert.notEqual(rig.cli('PUBSUB', 'NUMPAT'), '0');
      link.watch(false);
      await link.caughtUp();
      rig.cli('CONFIG', 'RESETSTAT');
      for (let second = 0; second < 120; second += 2) {
        clock.advance(2_000);
        // What was due has been asked and answered.
        for (let turn = 0; turn < 3; turn++) await link.caughtUp();
      }
      const given = rig.cli('INFO', 'commandstats').matchAll(/^cmdstat_([^:]+):/gm);
      const asked = new Set([...given].map(([, name]) => name));
      for (const ours of ['config|resetstat', 'info']) asked.delete(ours);
      assert.deepEqual(asked, new Set(['ping', 'time']));
      assert.equal(rig.cli('PUBSUB', 'NUMPAT'), '0');
    } finally {
      link.dispose();
    }
  });
});
