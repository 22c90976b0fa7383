import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { SetUpAnswer } from '../../../src/commands/claudeSetUp.ts';
import { findRedisServer, startLocalServer, type LocalServer } from '../../../src/redis/localServer.ts';

describe('setting up Claude Code in a real extension host', () => {
  let server: LocalServer;
  let base: string;
  let folder: string;
  const homeBefore = process.env['HOME'];

  before(async () => {
    const binary = findRedisServer(process.env);
    assert.ok(binary, 'a redis-server is on the PATH');
    server = await startLocalServer({ binary });
    base = realpathSync(mkdtempSync(path.join(tmpdir(), 'signalbox-set-up-')));
    folder = path.join(base, 'shop');
    mkdirSync(folder);
    execFileSync('git', ['init', '--quiet'], { cwd: folder });
    // The extension runs in this process: what it writes for the user goes here.
    process.env['HOME'] = path.join(base, 'home');
    mkdirSync(process.env['HOME']);
  });
  after(async () => {
    process.env['HOME'] = homeBefore;
    await vscode.commands.executeCommand('signalbox.disconnect');
    await vscode.workspace
      .getConfiguration('signalbox')
      .update('redis.url', undefined, vscode.ConfigurationTarget.Global);
    await server.stop();
    rmSync(base, { recursive: true, force: true });
  });

  const setUp = (argument: object): Thenable<SetUpAnswer> =>
    vscode.commands.executeCommand('signalbox.setUpClaudeCode', { folder, yes: true, permission: true, ...argument });
  const settings = (): string => path.join(folder, '.claude', 'settings.local.json');

  it('is refused without a connection, and outside of a repository, and writes nothing then', async () => {
    await assert.rejects(async () => setUp({ shared: false }), /Connect to Redis first/);
    await assert.rejects(async () => setUp({ shared: false, folder: base }), /in no git repository/);
    assert.equal(existsSync(path.join(folder, '.claude')), false);
  });

  it('writes what the command line would, with the connection of the window, and takes it out again', async () => {
    await vscode.commands.executeCommand('signalbox.connect', { url: server.url });
    mkdirSync(path.join(folder, '.claude'));
    const mine = '{ "model": "x" }';
    writeFileSync(settings(), mine);
    const answer = await setUp({ shared: false });
    assert.match(answer.namespace, /^shop-[0-9a-f]{4}:$/);
    assert.deepEqual(answer.files, [settings()]);
    assert.match(String(answer.library), /^\d+\.\d+\.\d+$/);
    const recorded = execFileSync('git', ['config', 'signalbox.namespace'], { cwd: folder, encoding: 'utf8' });
    assert.equal(recorded.trim(), answer.namespace);
    const home = process.env['HOME'] ?? '';
    const connections = JSON.parse(
      readFileSync(path.join(home, '.config/signalbox/connections.json'), 'utf8'),
    ) as object;
    assert.deepEqual(connections, { v: 1, connections: [{ namespace: answer.namespace, url: server.url }] });
    const program = path.join(home, '.local/share/signalbox/bin/signalbox');
    const listed = execFileSync('sh', [program, 'status', '--json'], { cwd: folder, encoding: 'utf8' });
    assert.equal((JSON.parse(listed) as { connection: { url: string } }).connection.url, server.url);
    const written = JSON.parse(readFileSync(settings(), 'utf8')) as { hooks: object; permissions: object };
    assert.equal(Object.keys(written.hooks).length, 12);
    assert.deepEqual(written.permissions, { allow: ['Bash(signalbox wait:*)'] });
    assert.deepEqual((await setUp({ shared: false })).files, []);
    const removed = await vscode.commands.executeCommand('signalbox.removeClaudeCode', { folder, yes: true });
    assert.deepEqual(removed, { files: [settings()] });
    assert.equal(readFileSync(settings(), 'utf8'), mine);
  });
});
