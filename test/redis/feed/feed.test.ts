import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UserError } from '../../../src/redis/userError.ts';
import { Rig } from '../../support/rig.ts';

const state = (id: string, ver: number, extra: object = {}): string =>
  JSON.stringify({ agent_id: id, state: { task: 'fileX', status: 'done', ver, ...extra } });

describe('the feed', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });
  afterEach(() => rig.dispose());

  it('shows what redis-cli publishes, and drops and counts lower versions', async () => {
    await rig.serve();
    await rig.connect();
    rig.cli(
      'PUBLISH',
      'agent:state:sync',
      '{"agent_id":"agent-test","state":{"task":"fileX","status":"done","ver":1}}',
    );
    await rig.until('the agent is known', () => rig.model.agents.length === 1);
    const [agent] = rig.model.status().agents;
    assert.deepEqual([agent!.id, agent!.task, agent!.status, agent!.ver], ['agent-test', 'fileX', 'done', 1]);
    for (const ver of [0, 1, 0]) rig.cli('PUBLISH', 'agent:state:sync', state('agent-test', ver));
    await rig.until('two stale updates are counted', () => rig.model.counts.stale === 2);
    assert.equal(rig.model.agents[0]!.ver, 1);
    assert.equal(
      rig.model.connection.server?.startsWith('redis ') || rig.model.connection.server?.startsWith('valkey '),
      true,
    );
  });

  it('boots from the state hash, and loses nothing between that and live', async () => {
    await rig.serve();
    rig.cli(
      'HSET',
      'agent:state',
      'whole',
      state('whole', 3),
      'bare',
      '{"task":"y","status":"working","ver":4}',
      'bad',
      '{',
    );
    // An agent that stores and publishes without a pause while the feed subscribes, reads and goes live.
    const busy = spawn('redis-cli', ['-p', String(rig.server.port)], { stdio: ['pipe', 'ignore', 'inherit'] });
    const last = 20_000;
    for (let ver = 1; ver <= last; ver++) {
      const text = state('live', ver).replaceAll('"', '\\"');
      busy.stdin.write(`HSET agent:state live "${text}"\nPUBLISH agent:state:sync "${text}"\n`);
    }
    busy.stdin.end();
    await rig.connect();
    const bootedAt = rig.model.agentById('', 'live')?.ver ?? 0;
    await rig.until('the last update is in', () => rig.model.agentById('', 'live')?.ver === last);
    assert.ok(bootedAt < last, 'the feed went live while the agent was still publishing');
    assert.equal(
      rig.events.filter((event) => event.kind === 'state' && event.reason === null).length >= last - bootedAt,
      true,
    );
    assert.equal(rig.model.agentById('', 'whole')!.ver, 3);
    assert.equal(rig.model.agentById('', 'bare')!.status, 'working');
    assert.equal(rig.model.counts.malformed, 1);
    assert.equal(rig.model.counts.stale, 0);
  });

  it('sweeps locks of any type and lists, with the time they have left', async () => {
    await rig.serve();
    await rig.connect();
    rig.cli('SET', 'lock:src/a.ts', 'agent-7', 'PX', '60000');
    rig.cli('SETNX', 'lock:src/b.ts', 'agent-8');
    rig.cli('SET', 'lock:src/c.ts', '{"holder":"agent-9","token":"42"}', 'PX', '60000');
    rig.cli('HSET', 'lock:odd', 'f', 'v');
    rig.cli('LPUSH', 'analysis:queue', 'a', 'b');
    rig.cli('SET', 'not:a:queue:but:string:queue', 'x');
    await rig.until('four claims are known', () => rig.model.claims.length === 4);
    const { claims, queues } = rig.model.status();
    assert.deepEqual(
      claims.map(({ resource, holder, level, token }) => [resource, holder, level, token]),
      [
        ['odd', '?', 0, null],
        ['src/a.ts', 'agent-7', 0, null],
        ['src/b.ts', 'agent-8', 0, null],
        ['src/c.ts', 'agent-9', 1, 42],
      ],
    );
    assert.ok(claims[1]!.expiresInMs! > 50_000 && claims[1]!.expiresInMs! <= 60_000);
    assert.equal(claims[2]!.expiresInMs, null);
    assert.deepEqual(
      queues.map(({ name, waiting }) => [name, waiting]),
      [['analysis:queue', 2]],
    );
    rig.cli('DEL', 'lock:src/a.ts');
    rig.cli('RPOP', 'analysis:queue', '2');
    await rig.until('the lock is gone', () => rig.model.claims.length === 3);
    await rig.until('the queue is drained', () => rig.model.queues[0]!.waiting === 0);
  });

  it('shows locks with names that are no UTF-8, and drops locks that are gone also where there are too many', async () => {
    await rig.serve();
    rig.cli('EVAL', `redis.call('SET', 'lock:bin' .. string.char(255), 'agent-1', 'PX', 60000)`, '0');
    await rig.connect();
    await rig.until('the odd one is shown', () => rig.model.claims.length === 1);
    rig.cli('EVAL', `for i = 1, 7000 do redis.call('SET', 'lock:f' .. i, 'agent-' .. (i % 50)) end`, '0');
    // A long sweep is followed by a long rest.
    await rig.until('as many as are looked at are shown', () => rig.model.claims.length === 5_000, 40_000);
    assert.match(JSON.stringify([...rig.model.connection.troubles.values()]), /too-many/);
    rig.cli('EVAL', `for i = 1, 7000 do if i % 100 > 0 then redis.call('DEL', 'lock:f' .. i) end end`, '0');
    await rig.until('only those that are left are shown', () => rig.model.claims.length === 71, 40_000);
    assert.equal(rig.model.connection.troubles.size, 0);
  }).timeout(100_000);

  it('does not sweep while nobody watches', async () => {
    await rig.serve();
    await rig.connect();
    rig.link.watch(false);
    // A sweep that was under way is answered before this PING of the same connection.
    await rig.link.publish('x', 'y');
    rig.cli('CONFIG', 'RESETSTAT');
    await rig.until('the link is measured again', pings(rig, 2));
    assert.doesNotMatch(rig.cli('INFO', 'commandstats'), /cmdstat_scan/);
    rig.link.watch(true);
    await rig.link.settled(5_000);
    assert.match(rig.cli('INFO', 'commandstats'), /cmdstat_scan/);
  });

  it('says that the server is gone, and comes back by itself with the agents of the hash', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'signalbox-aof-'));
    const durable = ['--appendonly', 'yes', '--appendfsync', 'everysec'];
    try {
      await rig.serve(durable, folder);
      await rig.connect();
      rig.cli('HSET', 'agent:state', 'agent-1', state('agent-1', 7));
      rig.cli('PUBLISH', 'agent:state:sync', state('agent-1', 7));
      // What everysec promises is kept once it has been written out.
      rig.cli('WAITAOF', '1', '0', '0');
      await rig.until('the agent is known', () => rig.model.agents.length === 1);
      const killedAt = Date.now();
      process.kill(rig.server.pid, 'SIGKILL');
      await rig.until('the loss is told', () => rig.model.connection.state === 'reconnecting');
      assert.ok(rig.model.connection.since - killedAt < 1_000);
      assert.notEqual(rig.model.connection.reason, null);
      assert.equal(rig.model.agents.length, 1);
      await assert.rejects(rig.link.publish('agent:events', 'x'), UserError);
      await rig.serve(durable, folder);
      rig.cli('HSET', 'agent:state', 'agent-2', state('agent-2', 1));
      await rig.until('it is live again', () => rig.model.connection.state === 'live');
      await rig.until('both agents are there', () => rig.model.agents.length === 2);
      rig.cli('PUBLISH', 'agent:state:sync', state('agent-1', 8));
      await rig.until('news come in', () => rig.model.agentById('', 'agent-1')!.ver === 8);
    } finally {
      await rig.dispose();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('reconnects when only its subscription is cut, without missing what was stored meanwhile', async () => {
    await rig.serve();
    await rig.connect();
    rig.cli('HSET', 'agent:state', 'agent-1', state('agent-1', 2));
    rig.cli('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await rig.until('it is live again with the stored state', () => rig.model.agentById('', 'agent-1')?.ver === 2);
    await rig.until('it is live', () => rig.model.connection.state === 'live');
    assert.equal(await rig.link.publish('agent:state:sync', state('agent-1', 3)), 1);
    await rig.until('news come in', () => rig.model.agentById('', 'agent-1')!.ver === 3);
  });

  it('counts malformed payloads with their reason and goes on', async () => {
    await rig.serve();
    await rig.connect();
    for (const payload of ['{', '[]', '{"agent_id":1,"state":{}}', 'x'.repeat(100_000)]) {
      rig.cli('PUBLISH', 'agent:state:sync', payload);
    }
    rig.cli('PUBLISH', 'agent:state:sync', state('good', 1));
    await rig.until('the good one is in', () => rig.model.agents.length === 1);
    assert.equal(rig.model.counts.malformed, 4);
    const malformed = rig.events.filter((event) => event.kind === 'malformed');
    assert.ok(malformed.every((event) => event.reason && String(event.data).length <= 200));
  });

  it('is refused with a wrong password, keeps the reason, and gets in with the right one', async () => {
    await rig.serve(['--requirepass', 'right']);
    rig.link.connect({ url: rig.server.url, password: 'wrong', namespaces: [''] });
    await assert.rejects(
      rig.link.settled(5_000),
      (error) => error instanceof UserError && error.reason.code === 'wrong-password',
    );
    assert.equal(rig.model.connection.state, 'refused');
    rig.link.connect({ url: rig.server.url, namespaces: [''] });
    await assert.rejects(
      rig.link.settled(5_000),
      (error) => error instanceof UserError && error.reason.code === 'password-needed',
    );
    await rig.connect({ password: 'right' });
    assert.equal(rig.model.connection.state, 'live');
  });

  it('speaks over a unix socket, as a user, in a database', async () => {
    const socket = path.join(mkdtempSync(path.join(tmpdir(), 'signalbox-socket-')), 'redis.sock');
    try {
      await rig.serve(['--unixsocket', socket]);
      rig.cli('ACL', 'SETUSER', 'amy', 'on', '>secret', 'allcommands', 'allkeys', 'allchannels');
      await rig.connect({ url: `unix://${socket}?db=2`, username: 'amy', password: 'secret', namespaces: ['shop:'] });
      rig.cli('-n', '2', 'SET', 'shop:lock:a', 'agent-1', 'PX', '60000');
      await rig.until('the claim of database 2 is known', () => rig.model.claims.length === 1);
      assert.match(rig.cli('CLIENT', 'LIST'), /user=amy .*/);
    } finally {
      rmSync(path.dirname(socket), { recursive: true, force: true });
    }
  });

  it('keeps namespaces apart on one server', async () => {
    await rig.serve();
    await rig.connect({ namespaces: ['', 'shop:'] });
    rig.cli('PUBLISH', 'agent:state:sync', state('plain', 1));
    rig.cli('PUBLISH', 'shop:agent:state:sync', state('own', 1));
    rig.cli('PUBLISH', 'other:agent:state:sync', state('foreign', 1));
    rig.cli('SET', 'shop:lock:a', 'own', 'PX', '60000');
    await rig.until('both are known', () => rig.model.agents.length === 2 && rig.model.claims.length === 1);
    assert.deepEqual(
      rig.model.agents.map(({ ns, id }) => [ns, id]),
      [
        ['', 'plain'],
        ['shop:', 'own'],
      ],
    );
    assert.equal(rig.model.claims[0]!.ns, 'shop:');
  });
});

/** Holds after `count` further measurements of the link. */
function pings(rig: Rig, count: number): () => boolean {
  let seen = 0;
  let last = rig.model.connection.rttMs;
  return () => {
    if (rig.model.connection.rttMs !== last) {
      last = rig.model.connection.rttMs;
      seen++;
    }
    return seen >= count;
  };
}
