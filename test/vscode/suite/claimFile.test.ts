import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { personName } from '../../../src/protocol/person.ts';
import { openClient, type Redis } from '../../../src/redis/client.ts';
import { Calls } from '../../../src/redis/library/calls.ts';
import { findRedisServer, startLocalServer, type LocalServer } from '../../../src/redis/localServer.ts';

const ns = 'shop-3f2a:';
const me = personName(userInfo().username, hostname());
const run = <T>(name: string, argument?: unknown): Thenable<T> =>
  vscode.commands.executeCommand<T>(`signalbox.${name}`, argument);

describe('claims by hand in a real extension host', () => {
  let server: LocalServer;
  let client: Redis;
  let ear: Redis;
  let agents: Calls;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const at = (...parts: string[]): vscode.Uri => vscode.Uri.file(path.join(folder, ...parts));

  const lock = async (resource: string): Promise<{ holder: string; token: number; task: string } | null> => {
    const text = await client.get(`${ns}lock:${resource}`);
    return text === null ? null : (JSON.parse(text) as { holder: string; token: number; task: string });
  };
  /** Resolves when a lock's holder is as wanted, which is looked at with each change that the library tells. */
  const holder = (resource: string, wanted: string | null, butToken = 0): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        lock(resource).then((found) => {
          if ((found?.holder ?? null) !== wanted || Number(found?.token) === butToken) return;
          ear.off('message', look);
          resolve();
        }, reject);
      };
      ear.on('message', look);
      look();
    });

  before(async function () {
    // The first editor of a window that has just begun.
    this.timeout(60_000);
    const binary = findRedisServer(process.env);
    assert.ok(binary, 'a redis-server is on the PATH');
    server = await startLocalServer({ binary });
    client = await openClient({ url: server.url, namespaces: [''] });
    ear = await openClient({ url: server.url, namespaces: [''] });
    await ear.subscribe(`${ns}agent:events`);
    execFileSync('git', ['init', '--quiet'], { cwd: folder });
    execFileSync('git', ['config', 'signalbox.namespace', ns], { cwd: folder });
    mkdirSync(path.join(folder, 'src'), { recursive: true });
    for (const name of ['a.ts', 'b.ts']) writeFileSync(path.join(folder, 'src', name), '// hello\n');
    await vscode.window.showTextDocument(at('src', 'a.ts'));
    await run('connect', { url: server.url });
    agents = new Calls(client, ns, () => Promise.reject(new Error('The window has loaded it.')));
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    rmSync(path.join(folder, '.git'), { recursive: true, force: true });
    rmSync(path.join(folder, 'src'), { recursive: true, force: true });
    await run('disconnect');
    for (const name of ['redis.url', 'namespace']) {
      await vscode.workspace.getConfiguration('signalbox').update(name, undefined, vscode.ConfigurationTarget.Global);
    }
    client.disconnect();
    ear.disconnect();
    await server.stop();
  });

  it('take the file of the active editor, in the fleet of its repository, and give it back', async () => {
    assert.deepEqual(await run('claimFile'), { ns, resource: 'src/a.ts', result: 'granted' });
    assert.equal((await lock('src/a.ts'))?.holder, me);
    assert.equal((await agents.claim('agent-7', { resources: ['src/a.ts'], ttlMs: 1000 })).kind, 'denied');
    assert.deepEqual(await run('releaseFile'), { ns, resource: 'src/a.ts', released: true });
    assert.equal(await lock('src/a.ts'), null);
    assert.deepEqual(await run('releaseFile'), { ns, resource: 'src/a.ts', released: false });
  });

  it('take what a menu or a caller names: a file, a folder, a resource', async () => {
    await run('claimFile', at('src'));
    assert.equal((await lock('src/'))?.holder, me);
    await run('claimFile', { uri: at('src', 'b.ts').toString() });
    await run('claimFile', { ns, resource: 'git:index' });
    assert.equal((await lock('src/b.ts'))?.holder, me);
    assert.equal((await lock('git:index'))?.holder, me);
    for (const resource of ['src/', 'src/b.ts', 'git:index']) await run('releaseFile', { ns, resource });
    assert.deepEqual(await client.keys(`${ns}lock:*`), []);
  });

  it('say which agent is in the way, and leave it what it has', async () => {
    await agents.claim('agent-7', { resources: ['src/a.ts'], ttlMs: 60_000, task: 'refactor' });
    const result = await run<object>('claimFile', { uri: at('src', 'a.ts').toString() });
    assert.deepEqual(result, { ns, resource: 'src/a.ts', result: 'denied', holder: 'agent-7' });
    assert.equal((await lock('src/a.ts'))?.holder, 'agent-7');
    await agents.releaseAll('agent-7');
  });

  it('come back when another window of the person gave them up, and not when somebody ended them', async () => {
    await run('claimFile', { uri: at('src', 'a.ts').toString() });
    const first = Number((await lock('src/a.ts'))?.token);
    await agents.release(me, [['src/a.ts', first]]);
    await holder('src/a.ts', me, first);
    const second = Number((await lock('src/a.ts'))?.token);
    await agents.transfer('src/a.ts', { by: 'lead', to: null, expected: second, ttlMs: 0, reason: 'needed' });
    // The library answers in order: what comes after the window's claim on another file comes after all that it had to do.
    await run('claimFile', { uri: at('src', 'b.ts').toString() });
    assert.equal(await lock('src/a.ts'), null);
    await run('releaseFile', { uri: at('src', 'b.ts').toString() });
  });

  it('are refused in words for what no agent knows by a name', async () => {
    const outside = vscode.Uri.file(path.join(tmpdir(), 'nobody.ts'));
    await assert.rejects(
      async () => run('claimFile', { uri: outside.toString() }),
      /in no repository and in no folder/,
    );
    await assert.rejects(async () => run('claimFile', { uri: 'untitled:Untitled-1' }), /on disk/);
    await assert.rejects(async () => run('claimFile', { uri: at('.git', 'config').toString() }), /in no repository/);
  });
});
