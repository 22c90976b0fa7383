import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import type Redis from 'ioredis';
import { openClient } from '../../../src/redis/client.ts';
import { flood, good, withSeed } from '../../support/flood.ts';
import { heapInUse } from '../../support/heap.ts';
import { huge } from '../../support/hostile.ts';
import { Rig } from '../../support/rig.ts';

const long = process.env['TEST_LONG'] !== undefined;
const payloads = long ? 100_000 : 2_000;
const hugeOnes = long ? 20 : 2;
/** What a full picture may weigh more than an empty one: 1,000 agents with a few kilobytes each. */
const heapBound = 16 * 2 ** 20;

describe('hostile traffic', () => {
  let rig: Rig;
  let client: Redis;
  beforeEach(async () => {
    rig = new Rig();
    await rig.serve();
    client = await openClient({ url: rig.server.url, namespaces: [''] });
  });
  afterEach(async () => {
    client.disconnect();
    await rig.dispose();
  });

  it(`of ${String(payloads)} payloads is counted, forgotten, and ended by the next good message`, async function () {
    this.timeout(long ? 300_000 : 60_000);
    await withSeed(async (seed) => {
      await rig.connect();
      const before = heapInUse();
      const builtIns = JSON.stringify(Object.getOwnPropertyNames(Object.prototype));
      const malformed = await flood(client, {
        ...{ seed, count: payloads, huge: hugeOnes, batch: 250 },
        shown: async (ver) => {
          await rig.until('the good one among them is shown', () => rig.model.agentById('', 'marker')?.ver === ver);
          // The whole picture can still be told, and the rig must not keep what the model does not.
          JSON.stringify(rig.model.status());
          rig.events.length = 0;
        },
      });
      assert.equal(rig.model.counts.malformed, malformed);
      assert.ok(rig.model.agents.length <= 1_000);
      assert.equal(rig.model.connection.state, 'live');
      assert.equal(JSON.stringify(Object.getOwnPropertyNames(Object.prototype)), builtIns);

      cutByBurst(rig);
      await rig.until('the cut is told', () => rig.events.some((event) => event.kind === 'gap'));
      await rig.until('it is live', () => rig.model.connection.state === 'live');
      const gap = rig.events.find((event) => event.kind === 'gap');
      assert.match(gap?.reason ?? '', /client-output-buffer-limit pubsub 32mb/);
      assert.ok(rig.model.attention.some((item) => item.kind === 'health'));
      await client.publish('agent:state:sync', good('good', 1));
      await rig.until('the next good message is shown', () => rig.model.agentById('', 'good')?.ver === 1);

      rig.events.length = 0;
      const grown = heapInUse() - before;
      assert.ok(grown < heapBound, `${String(Math.round(grown / 2 ** 20))} MB more than at the start`);
    });
  });

  it('in keys and in what is stored stands in nobody’s way', async () => {
    const names = [
      '../../etc/passwd',
      '<img src=x>',
      'two\nlines',
      'bidi\u202e',
      '__proto__',
      'x'.repeat(1_000),
      '{',
      '',
    ];
    for (const name of names) await client.set(`lock:${name}`, 'agent-1', 'PX', 60_000);
    const values: Record<string, string | Buffer> = {
      huge: huge(0).payload,
      bytes: Buffer.from([0xff, 0xfe, 0]),
      empty: '',
      'holder-object': '{"holder":{"toString":1},"token":1}',
      'holder-proto': '{"holder":"__proto__","__proto__":{"polluted":1},"token":"1e999"}',
      'holder-cut': '{"holder":',
      'holder-list': '["agent-1"]',
    };
    for (const [name, value] of Object.entries(values)) await client.set(`lock:${name}`, value, 'PX', 60_000);
    await client.hset('lock:hash', 'a', '1');
    await client.sadd('lock:set', 'a');
    await client.zadd('lock:zset', 1, 'a');
    await client.xadd('lock:stream', '*', 'a', '1');
    await client.rpush('lock:list', huge(0).payload);
    const otherTypes = 5;
    // A name that is no UTF-8 is shown as far as it can be; one that is very long is not looked at.
    await client.set(Buffer.concat([Buffer.from('lock:'), Buffer.from([0xff, 0xc3])]), 'agent-1');
    await client.set(`lock:${'n'.repeat(2 ** 20)}`, 'agent-1');

    await client.set('text:queue', 'no list');
    await client.hset('hash:queue', 'a', '1');
    await client.rpush(Buffer.from([0xff, ...Buffer.from(':queue')]), 'a');
    await client.rpush('<b>:queue', huge(0).payload);

    const bad = ['{', '[]', '{"ver":1.5}', '\u001b[2J'];
    for (const [index, text] of bad.entries()) await client.hset('agent:state', `bad-${String(index)}`, text);
    await client.hset('agent:state', '__proto__', '{"task":"x","__proto__":{"polluted":true}}');
    await client.hset('agent:state', 'huge', huge(1).payload);

    await rig.connect();
    const { claims, queues, counts, connection } = rig.model.status();
    assert.equal(connection.state, 'live');
    assert.equal(claims.length, names.length + Object.keys(values).length + otherTypes + 1);
    for (const name of names) assert.ok(claims.some((claim) => claim.resource === name && claim.holder === 'agent-1'));
    for (const name of ['empty', 'hash', 'stream']) {
      assert.equal(claims.find((claim) => claim.resource === name)?.holder, '?');
    }
    assert.ok(claims.every((claim) => claim.holder.length <= 4_096));
    assert.deepEqual(
      queues.filter((queue) => queue.name === '<b>:queue').map((queue) => queue.waiting),
      [1],
    );
    assert.ok(queues.every((queue) => !['text:queue', 'hash:queue'].includes(queue.name)));
    assert.equal(counts.malformed, bad.length + 1);
    assert.equal(rig.model.agentById('', '__proto__')?.task, 'x');
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);

    rig.cli('SET', 'lock:good.ts', 'agent-2', 'PX', '60000');
    rig.cli('LPUSH', 'good:queue', 'a');
    await rig.until('what is good is shown', () => {
      const { claims: all, queues: lists } = rig.model;
      return all.some((claim) => claim.resource === 'good.ts') && lists.some((queue) => queue.name === 'good:queue');
    });
  });
});

/** Sends while this process waits for redis-cli and reads nothing, until the server has cut the subscriber. */
function cutByBurst(rig: Rig): void {
  const input = huge(0).payload;
  const isSubscribed = (): boolean => rig.cli('CLIENT', 'LIST', 'TYPE', 'pubsub') !== '';
  for (let i = 0; i < 100 && isSubscribed(); i++) {
    execFileSync('redis-cli', ['-p', String(rig.server.port), '-x', 'PUBLISH', 'agent:state:sync'], { input });
  }
  assert.ok(!isSubscribed(), 'the server has cut the subscriber');
}
