import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { openClient, type Redis } from '../../../src/redis/client.ts';
import { findRedisServer, startLocalServer, type LocalServer } from '../../../src/redis/localServer.ts';

const ns = 'shop-3f2a:';
const key = `${ns}agent:config`;

describe('settings that agents have to obey', () => {
  let server: LocalServer;
  let client: Redis;
  let ear: Redis;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
  const set = async (name: string, value: unknown): Promise<void> =>
    vscode.workspace.getConfiguration('signalbox').update(name, value, vscode.ConfigurationTarget.Global);

  /** Resolves when a field is as wanted (null: not there), which is looked at with each change of the hash. */
  const field = async (name: string, wanted: string | null): Promise<void> => {
    if ((await client.hget(key, name)) === wanted) return;
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        client.hget(key, name).then((value) => {
          if (value !== wanted) return;
          ear.off('message', look);
          resolve();
        }, reject);
      };
      ear.on('message', look);
      look();
    });
  };

  before(async () => {
    const binary = findRedisServer(process.env);
    assert.ok(binary, 'a redis-server is on the PATH');
    server = await startLocalServer({ binary });
    client = await openClient({ url: server.url, namespaces: [''] });
    ear = await openClient({ url: server.url, namespaces: [''] });
    await client.call('CONFIG', 'SET', 'notify-keyspace-events', 'KA');
    await ear.subscribe(`__keyspace@0__:${key}`);
    git('init', '--quiet');
    git('config', 'signalbox.namespace', ns);
    await set('claims.ttl', '90s');
    await set('claims.wait', '5m');
    await client.hset(key, 'claims.keep', '1234');
    await vscode.commands.executeCommand('signalbox.connect', { url: server.url });
  });

  after(async () => {
    rmSync(path.join(folder, '.git'), { recursive: true, force: true });
    await vscode.commands.executeCommand('signalbox.disconnect');
    for (const name of [
      'claims.ttl',
      'claims.wait',
      'claims.keep',
      'claims.whenRedisIsDown',
      'claims.bashResources',
      'redis.url',
      'namespace',
    ]) {
      await set(name, undefined);
    }
    client.disconnect();
    ear.disconnect();
    await server.stop();
  });

  it('are told when a connection is live, within their bounds, and nothing that nobody set', async () => {
    await field('claims.ttl', '90000');
    await field('claims.wait', '50000');
    assert.deepEqual(await client.hgetall(key), {
      'claims.ttl': '90000',
      'claims.wait': '50000',
      'claims.keep': '1234',
    });
    assert.equal(await client.exists('agent:config'), 0);
  });

  it('are told when they change, and taken out when they are set no longer', async () => {
    await set('claims.ttl', 45_000);
    await field('claims.ttl', '45000');
    await set('claims.ttl', undefined);
    await field('claims.ttl', null);
    assert.equal(await client.hget(key, 'claims.keep'), '1234');
  });

  it('are recorded in the repository where they hold without Redis', async () => {
    await set('claims.whenRedisIsDown', 'deny');
    await set('claims.bashResources', { 'port:3000': ['npm run dev', '!x "y"'], deps: [] });
    // One follows the other, so that this one is done when the next is.
    await set('claims.wait', '7s');
    await field('claims.wait', '7000');
    await set('claims.wait', '8s');
    await field('claims.wait', '8000');
    assert.equal(git('config', 'signalbox.whenRedisIsDown'), 'deny');
    assert.equal(git('config', 'signalbox.bashResources'), '{"port:3000":["npm run dev","!x \\"y\\""],"deps":[]}');
    // What is no table is not recorded, and takes out what was.
    await set('claims.bashResources', { deps: 'npm' });
    await set('claims.whenRedisIsDown', undefined);
    await set('claims.wait', '9s');
    await field('claims.wait', '9000');
    await set('claims.wait', '10s');
    await field('claims.wait', '10000');
    assert.throws(() => git('config', 'signalbox.whenRedisIsDown'));
    assert.throws(() => git('config', 'signalbox.bashResources'));
  });
});
