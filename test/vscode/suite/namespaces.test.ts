import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { SignalboxApi } from '../../../src/protocol/status.ts';
import { findRedisServer, startLocalServer, type LocalServer } from '../../../src/redis/localServer.ts';

describe('namespaces in a real extension host', () => {
  let api: SignalboxApi;
  let server: LocalServer;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const git = (...args: string[]): Buffer => execFileSync('git', args, { cwd: folder });

  before(async () => {
    const binary = findRedisServer(process.env);
    assert.ok(binary, 'a redis-server is on the PATH');
    server = await startLocalServer({ binary });
    const extension = vscode.extensions.getExtension<SignalboxApi>('signalbox.signalbox');
    assert.ok(extension);
    api = await extension.activate();
  });

  after(async () => {
    rmSync(path.join(folder, '.git'), { recursive: true, force: true });
    await vscode.commands.executeCommand('signalbox.disconnect');
    for (const key of ['redis.url', 'namespace']) {
      await vscode.workspace.getConfiguration('signalbox').update(key, undefined, vscode.ConfigurationTarget.Global);
    }
    await server.stop();
  });

  const connect = async (namespace?: string): Promise<{ state: string; reason?: string; namespaces: string[] }> => {
    const argument = { url: server.url, ...(namespace === undefined ? {} : { namespace }) };
    const result = await vscode.commands.executeCommand<{ state: string; reason?: string }>(
      'signalbox.connect',
      argument,
    );
    return { ...result, namespaces: api.status().connection.namespaces.map(({ ns }) => ns) };
  };

  it('are by themselves that of the repository, and that of plain agents', async () => {
    assert.deepEqual(await connect(), { state: 'live', namespaces: [''] });
    git('init', '--quiet');
    git('config', 'signalbox.namespace', 'shop-3f2a:');
    assert.deepEqual(await connect(), { state: 'live', namespaces: ['shop-3f2a:', ''] });
    git('config', 'signalbox.namespace', 'no name at all');
    assert.deepEqual(await connect(), { state: 'live', namespaces: [''] });
  });

  it('can be named, with or without the colon, and an empty one is that of plain agents', async () => {
    assert.deepEqual(await connect('shop:'), { state: 'live', namespaces: ['shop:'] });
    assert.deepEqual(await connect('shop, depot:,'), { state: 'live', namespaces: ['shop:', 'depot:', ''] });
  });

  it('that are none are named, and nothing else is shown instead', async () => {
    const refused = await connect('shop, de pot');
    assert.equal(refused.state, 'refused');
    assert.match(refused.reason ?? '', /"de pot:" is no namespace/);
    assert.deepEqual(refused.namespaces, []);
    assert.deepEqual(await connect('auto'), { state: 'live', namespaces: [''] });
  });
});
