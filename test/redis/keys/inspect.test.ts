import assert from 'node:assert/strict';
import { inSteps } from '../../../src/host/inSteps.ts';
import { keyContent, keyFacts, plainContent, tabTitle } from '../../../src/commands/keys/keyDocument.ts';
import { english } from '../../../src/protocol/reasons.ts';
import { openClient, type Redis } from '../../../src/redis/client.ts';
import { keysLike } from '../../../src/redis/keys/findKeys.ts';
import { inspect, inspectField, inspectLimits, type Inspected } from '../../../src/redis/keys/inspect.ts';
import { keyOfText, textOfKey } from '../../../src/redis/keys/keyName.ts';
import type { LocalServer } from '../../../src/redis/localServer.ts';
import { openAt, startServer } from '../agent/server.ts';

describe('a key that is looked into', () => {
  let server: LocalServer;
  let redis: Redis;

  before(async () => {
    server = await startServer();
    redis = await openAt(server);
  });
  beforeEach(() => redis.flushall());
  after(async () => {
    redis.disconnect();
    await server.stop();
  });

  const found = async (key: string | Buffer): Promise<Inspected> => {
    const inspected = await inspect(redis, Buffer.from(key));
    assert.ok(inspected, `there is ${key.toString()}`);
    return inspected;
  };
  const document = async (key: string): Promise<Record<string, unknown>> => {
    const { text } = await inSteps(keyFacts(key, await found(key), english));
    return JSON.parse(text) as Record<string, unknown>;
  };

  it('is told with type, time, memory, encoding and length, and a text that is JSON laid out', async () => {
    await redis.setex('a:result', 100, '{"files":["a.ts"],"n":9007199254740993}');
    const { text, ending } = await inSteps(keyFacts('a:result', await found('a:result'), english));
    const [ttl, bytes] = ['ttlMs', 'bytes'].map((name) => Number(new RegExp(`"${name}": (\\d+)`).exec(text)?.[1]));
    assert.ok(ttl! > 90_000 && ttl! <= 100_000, String(ttl));
    assert.equal(bytes, await redis.call('MEMORY', 'USAGE', 'a:result', 'SAMPLES', '1000'));
    assert.equal(ending, 'json');
    assert.equal(
      text.replace(String(ttl), 'TTL').replace(String(bytes), 'BYTES'),
      `{
  "key": "a:result",
  "type": "string",
  "ttlMs": TTL,
  "bytes": BYTES,
  "encoding": "embstr",
  "size": 39,
  "value": {
    "files": [
      "a.ts"
    ],
    "n": 9007199254740993
  }
}
`,
    );
  });

  it('may be of each type', async () => {
    await redis.set('text', 'no {json');
    await redis.hset('hash', { b: '{"lines":[1,{}]}', a: '1', '': '' });
    await redis.rpush('list', 'x', '["y"]', 'x');
    await redis.sadd('set', 'b', 'a');
    await redis.zadd('zset', 2, 'two', '-inf', 'none', 1.5, 'one');
    await redis.xadd('stream', '1-1', 'task', '{"n":1}', 'task', '2');
    const shown = async (key: string): Promise<unknown[]> => {
      const { type, size, value, leftOut } = await document(key);
      assert.equal(leftOut, undefined);
      return [type, size, value];
    };
    assert.deepEqual(await shown('text'), ['string', 8, 'no {json']);
    assert.deepEqual(await shown('hash'), ['hash', 3, { '': '', a: '1', b: { lines: [1, {}] } }]);
    assert.deepEqual(await shown('list'), ['list', 3, ['x', ['y'], 'x']]);
    assert.deepEqual(await shown('set'), ['set', 2, ['a', 'b']]);
    const scores = [
      { member: 'none', score: '-inf' },
      { member: 'one', score: 1.5 },
      { member: 'two', score: 2 },
    ];
    assert.deepEqual(await shown('zset'), ['zset', 3, scores]);
    assert.deepEqual(await shown('stream'), ['stream', 1, [{ id: '1-1', fields: { task: '2' } }]]);
    const { text } = await inSteps(keyFacts('stream', await found('stream'), english));
    assert.match(text, /"fields": \{\n {8}"task": \{\n {10}"n": 1\n {8}\},\n {8}"task": "2"\n {6}\}/);
    await redis.xdel('stream', '1-1');
    assert.deepEqual(await shown('stream'), ['stream', 0, []]);
  });

  it('is said to be none where it is not there', async () => {
    assert.equal(await inspect(redis, Buffer.from('nothing')), null);
    await redis.set('over', '1', 'PX', 1);
    while ((await redis.exists('over')) === 1);
    assert.equal(await inspect(redis, Buffer.from('over')), null);
  });

  it('that is no text is said to be such, name and content', async () => {
    const key = Buffer.from([0x61, 0xff, 0x3a, 0x00]);
    await redis.hset(key, Buffer.from([0xfe]), Buffer.from([0x00, 0xff]));
    assert.equal(textOfKey(key), '"a\\xff:\\x00"');
    assert.deepEqual(keyOfText('"a\\xff:\\x00"'), key);
    const { text } = await inSteps(keyFacts(textOfKey(key), await found(key), english));
    const parsed = JSON.parse(text) as Record<string, unknown>;
    assert.equal(parsed['key'], '"a\\xff:\\x00"');
    assert.deepEqual(parsed['value'], { 'base64 /g==': { base64: 'AP8=' } });
    assert.equal(await inSteps(plainContent(Buffer.from([0xff]))), null);
  });

  it('is found again by how its name reads', async () => {
    const [one, other] = [Buffer.from('jobs[1]:\xff:queue', 'latin1'), Buffer.from('jobs[1]:\xfe:queue', 'latin1')];
    for (const key of [one, other]) await redis.rpush(key, '1');
    await redis.rpush('jobs1:x:queue', '1');
    const like = await keysLike(redis, one.toString());
    assert.deepEqual(
      new Set(like.map((key) => key.toString('latin1'))),
      new Set([one, other].map((key) => key.toString('latin1'))),
    );
    assert.deepEqual(await keysLike(redis, 'jobs:queue'), [Buffer.from('jobs:queue')]);
  });

  it('is cut where it is huge, and says what is left out', async () => {
    const text = 'é'.repeat(inspectLimits.bytes);
    await redis.set('text', `x${text}`);
    const shown = await document('text');
    assert.equal(shown['leftOut'], '1048577 of 2097153 bytes');
    // Half a character at the end is left away.
    assert.equal(shown['value'], `x${'é'.repeat((inspectLimits.bytes - 2) / 2)}`);
    await redis.sadd('set', ...Array.from({ length: 5_000 }, (_, i) => String(i)));
    assert.equal((await document('set'))['leftOut'], '4000 of 5000 entries');
    const pipeline = redis.pipeline();
    for (let i = 0; i < 3_000; i++) pipeline.hset('hash', `field${String(i)}`, 'y'.repeat(2_000));
    await pipeline.exec();
    const some = (await found('hash')).entries.length;
    assert.ok(some > 0 && some < 600, String(some));
    await redis.rpush('list', 'z'.repeat(20_000_000), 'z'.repeat(20_000_000));
    assert.equal((await document('list'))['leftOut'], '2 of 2 entries');
    assert.deepEqual((await found('list')).entries, []);
  });

  it('shows its content alone where that is all of it', async () => {
    await redis.set('a/b:result', '{"a":[]}');
    const content = await inSteps(keyContent(await found('a/b:result'), english));
    assert.deepEqual(content, { ending: 'json', text: '{\n  "a": []\n}' });
    assert.equal(tabTitle('a/b:result', content), 'a∕b:result.json');
    await redis.set('plain', '42');
    assert.deepEqual(await inSteps(keyContent(await found('plain'), english)), { ending: 'txt', text: '42' });
    await redis.hset('h', 'a', '{"x":1}');
    const whole = await inSteps(keyContent(await found('h'), english));
    assert.equal(whole?.text, '{\n  "a": {\n    "x": 1\n  }\n}');
    await redis.set('large', 'x'.repeat(inspectLimits.bytes + 1));
    assert.equal(await inSteps(keyContent(await found('large'), english)), null);
    assert.equal((await inspectField(redis, Buffer.from('h'), 'a'))?.toString(), '{"x":1}');
    assert.equal(await inspectField(redis, Buffer.from('h'), 'b'), null);
  });

  it('is told also to who may not ask for memory and encoding', async () => {
    await redis.call(
      'ACL',
      'SETUSER',
      'reader',
      'on',
      '>p',
      '%R~a:*',
      '+@connection',
      '+type',
      '+pttl',
      '+strlen',
      '+getrange',
    );
    await redis.set('a:x', '1');
    const reader = await openClient({ url: server.url, namespaces: [''], username: 'reader', password: 'p' });
    try {
      const { bytes, encoding, text } = (await inspect(reader, Buffer.from('a:x')))!;
      assert.deepEqual([bytes, encoding, text?.toString()], [null, null, '1']);
      await assert.rejects(inspect(reader, Buffer.from('b:x')), /NOPERM/);
    } finally {
      reader.disconnect();
    }
  });
});
