import assert from 'node:assert/strict';
import { openClient, type Redis } from '../../../src/redis/client.ts';
import { notificationsLine, plannedNotifications, tellChanges } from '../../../src/redis/keys/notifications.ts';
import type { LocalServer } from '../../../src/redis/localServer.ts';
import { openAt, startServer } from '../agent/server.ts';

describe('turning on that a server tells of its keys', () => {
  let server: LocalServer;
  let redis: Redis;

  before(async () => {
    server = await startServer();
    redis = await openAt(server);
  });
  beforeEach(() => redis.config('SET', 'notify-keyspace-events', ''));
  after(async () => {
    redis.disconnect();
    await server.stop();
  });

  const flags = async (): Promise<string> =>
    ((await redis.config('GET', 'notify-keyspace-events')) as string[])[1] ?? '';

  it('sets what is missing, and takes nothing away', async () => {
    await redis.config('SET', 'notify-keyspace-events', 'Elm');
    const planned = await plannedNotifications(redis);
    assert.equal(await flags(), 'lEm');
    const { before, after } = (await tellChanges(redis, false))!;
    assert.equal(before, 'lEm');
    assert.equal(after, await flags());
    for (const flag of 'EmlKg$shzte') assert.ok(after.includes(flag) || (after.includes('A') && flag !== 'm'), after);
    assert.equal(planned?.before, before);
    const told = await openAt(server);
    try {
      await told.subscribe('__keyspace@0__:a:x');
      const heard = new Promise((resolve) => told.once('message', (_, event) => resolve(event)));
      await redis.set('a:x', '1');
      assert.equal(await heard, 'set');
    } finally {
      told.disconnect();
    }
    assert.deepEqual(await tellChanges(redis, false), { before: after, after });
  });

  it('keeps it for the next start only when told to, which needs a file', async () => {
    await assert.rejects(tellChanges(redis, true), /config file/);
    assert.notEqual(await flags(), '');
  });

  it('is left to an administrator where this user may not', async () => {
    await redis.call('ACL', 'SETUSER', 'reader', 'on', '>p', '~*', '+@all', '-config');
    const reader = await openClient({ url: server.url, namespaces: [''], username: 'reader', password: 'p' });
    try {
      assert.equal(await plannedNotifications(reader), null);
      assert.equal(await tellChanges(reader, false), null);
      assert.equal(await flags(), '');
    } finally {
      reader.disconnect();
    }
    const line = notificationsLine('Kg$lshzte').split(' ');
    assert.equal(await redis.call(line[0]!, ...line.slice(1)), 'OK');
    assert.notEqual(await flags(), '');
  });
});
