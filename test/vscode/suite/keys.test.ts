import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Redis from 'ioredis';
import * as vscode from 'vscode';
import type { SignalboxApi } from '../../../src/protocol/status.ts';
import { findRedisServer, startLocalServer, type LocalServer } from '../../../src/redis/localServer.ts';

const run = async <T>(command: string, argument?: unknown): Promise<T> =>
  vscode.commands.executeCommand<T>(`signalbox.${command}`, argument);

const changeOf = (event: vscode.Event<unknown> | SignalboxApi['onDidChange']): Promise<void> =>
  new Promise((resolve) => {
    const listening = event(() => {
      listening.dispose();
      resolve();
    });
  });

describe('what a person does with keys, by commands with an argument', () => {
  let api: SignalboxApi;
  let server: LocalServer;
  let redis: Redis;

  before(async () => {
    const binary = findRedisServer(process.env);
    assert.ok(binary, 'a redis-server is on the PATH');
    server = await startLocalServer({ binary });
    redis = new Redis(server.url);
    const extension = vscode.extensions.getExtension<SignalboxApi>('signalbox.signalbox');
    assert.ok(extension);
    api = await extension.activate();
    await run('connect', { url: server.url });
    assert.equal(api.status().connection.state, 'live');
  });

  after(async () => {
    await run('disconnect');
    redis.disconnect();
    await server.stop();
    const configuration = vscode.workspace.getConfiguration('signalbox');
    for (const name of ['redis.url', 'keys.patterns']) {
      await configuration.update(name, undefined, vscode.ConfigurationTarget.Global);
    }
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  /** The document of the editor that comes to the front with this text in its tab. */
  const documentOf = (tab: string): vscode.TextDocument => {
    const { activeTextEditor } = vscode.window;
    const shown = activeTextEditor?.document.uri.path ?? 'no editor';
    assert.ok(activeTextEditor && shown.endsWith(tab), shown);
    return activeTextEditor.document;
  };

  describe('Inspect Key', () => {
    it('answers what there is to know of a key, and opens nothing', async () => {
      await redis.setex('agent:search:results', 3600, '{"files": ["a.ts", "b.ts"]}');
      const { ttlMs, bytes, ...facts } = await run<Record<string, unknown>>('inspectKey', {
        key: 'agent:search:results',
      });
      assert.deepEqual(facts, {
        key: 'agent:search:results',
        type: 'string',
        size: 27,
        value: { files: ['a.ts', 'b.ts'] },
      });
      assert.ok(Number(ttlMs) > 3_500_000 && Number(bytes) > 27);
      assert.equal(vscode.window.activeTextEditor, undefined);
      const key = Buffer.from('x\xff', 'latin1');
      await redis.rpush(key, Buffer.from([0xff]));
      const { value } = await run<Record<string, unknown>>('inspectKey', { key: '"x\\xff"' });
      assert.deepEqual(value, [{ base64: '/w==' }]);
    });

    it('says where there is no such key', async () => {
      await assert.rejects(run('inspectKey', { key: 'nothing' }), /There is no key nothing/);
      await assert.rejects(run('inspectKey', { row: 'run:nothing' }), /There is no key …/);
    });

    it('opens what a row shows as JSON, read-only, and anew when asked again', async () => {
      await redis.hset('analysis:results', 'src/app.ts', '{"lines":100}', 'status', 'done');
      await vscode.commands.executeCommand('signalbox.run.focus');
      const row = 'run:\u0000shared analysis:results';
      // The sweep has yet to see it.
      const isSeen = (): Promise<boolean> =>
        run('inspectKey', { row, show: 'value' }).then(
          () => true,
          (error: unknown) => {
            assert.match(String(error), /There is no key …/);
            return false;
          },
        );
      while (!(await isSeen())) await changeOf(api.onDidChange);
      const whole = documentOf('/analysis:results.json');
      assert.equal(whole.languageId, 'json');
      assert.equal(whole.getText(), '{\n  "src/app.ts": {\n    "lines": 100\n  },\n  "status": "done"\n}');
      await run('inspectKey', { row: JSON.stringify([row, 'src/app.ts']), show: 'value' });
      assert.equal(documentOf('/src∕app.ts.json').getText(), '{\n  "lines": 100\n}');
      await run('inspectKey', row);
      const facts = documentOf('/analysis:results.json');
      assert.match(facts.getText(), /"type": "hash",\n {2}"ttlMs": null,/);
      await redis.hset('analysis:results', 'status', 'again');
      const changed = changeOf(vscode.workspace.onDidChangeTextDocument);
      await run('inspectKey', row);
      await changed;
      assert.match(documentOf('/analysis:results.json').getText(), /"status": "again"/);
      assert.equal(
        await vscode.commands.executeCommand('default:type', { text: 'x' }).then(() => facts.isDirty),
        false,
      );
    });
  });

  describe('Clean Up Keys', () => {
    interface CleanedUp {
      found: Record<string, number>;
      kept: Record<string, number>;
      removed: number;
      file: string | null;
    }
    let folder: string;

    before(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'signalbox-keys-'));
    });
    after(() => rmSync(folder, { recursive: true }));

    it('counts, exports to the file that was named, and removes', async () => {
      await redis.flushall();
      for (const name of ['agent:temp:1', 'agent:temp:2', 'agent:other']) await redis.set(name, '1');
      await redis.rpush('agent:temp:list', '1');
      const dry = await run<CleanedUp>('cleanUpKeys', { pattern: 'agent:temp:*', dryRun: true });
      assert.deepEqual([dry.found, dry.removed, dry.file], [{ string: 2, list: 1 }, 0, null]);
      assert.equal(await redis.dbsize(), 4);
      const file = path.join(folder, 'some.jsonl');
      const { found, removed, file: written } = await run<CleanedUp>('cleanUpKeys', { pattern: 'agent:temp:*', file });
      assert.deepEqual([found, removed, written], [{ string: 2, list: 1 }, 3, file]);
      assert.deepEqual(await redis.keys('*'), ['agent:other']);
      assert.equal(readFileSync(file, 'utf8').trim().split('\n').length, 4);
      await redis.set('agent:temp:1', '1');
      await assert.rejects(run('cleanUpKeys', { pattern: 'agent:temp:*', file }), /EEXIST/);
      assert.equal(await redis.exists('agent:temp:1'), 1);
    });

    it('leaves what agents hold and Signalbox keeps, unless the namespace is typed out', async () => {
      for (const name of ['shop:agent:seq', 'shop:x']) await redis.set(name, '1');
      await redis.set('shop:lock:a', '{"holder":"a","token":"7"}');
      const kept = await run<CleanedUp>('cleanUpKeys', { ns: 'shop:', file: path.join(folder, 'few.jsonl') });
      assert.deepEqual([kept.removed, kept.kept], [1, { own: 1, lease: 1 }]);
      const file = path.join(folder, 'all.jsonl');
      await redis.set('shopping:x', '1');
      const all = await run<CleanedUp>('cleanUpKeys', { ns: 'shop', file, confirm: 'shop' });
      assert.deepEqual([all.removed, all.kept], [2, {}]);
      assert.equal(await redis.exists('shopping:x'), 1);
    });

    it('is refused what is nothing or everything', async () => {
      await assert.rejects(run('cleanUpKeys', { pattern: '' }), /pattern with a beginning/);
      for (const pattern of ['*', '?*', '[^x]*', '*:*', '[^\\]]*']) {
        await assert.rejects(run('cleanUpKeys', { pattern, dryRun: true }), /every key of the database/);
      }
      await assert.rejects(run('cleanUpKeys', { ns: '' }), /Name a namespace/);
      await assert.rejects(run('cleanUpKeys', {}), /Name a namespace/);
      const { found } = await run<CleanedUp>('cleanUpKeys', { pattern: '*', dryRun: true, confirm: 'everything' });
      assert.ok(Object.keys(found).length > 0);
    });
  });

  describe('Names of a person’s own', () => {
    it('count at once, and what is no name is said', async () => {
      await redis.rpush('todo:build', 'x');
      await vscode.commands.executeCommand('signalbox.queues.focus');
      const patterns = { queue: ['todo:*', '*'], colour: ['x'] };
      const configuration = vscode.workspace.getConfiguration('signalbox');
      await configuration.update('keys.patterns', patterns, vscode.ConfigurationTarget.Global);
      while (!api.status().queues.some(({ name }) => name === 'todo:build')) await changeOf(api.onDidChange);
      const told = api.status().attention.filter(({ kind }) => kind === 'health');
      assert.ok(
        told.some(({ text }) => text.includes('queue: "*", colour')),
        JSON.stringify(told),
      );
      await configuration.update('keys.patterns', undefined, vscode.ConfigurationTarget.Global);
      while (api.status().attention.some(({ text }) => text.includes('colour'))) await changeOf(api.onDidChange);
    });
  });

  describe('Turn On Keyspace Notifications', () => {
    it('sets what is missing, and the fleet is live then', async () => {
      const isLive = (): boolean => api.status().connection.notifications;
      assert.equal(isLive(), false);
      const { before, after } = await run<{ before: string; after: string }>('enableKeyspaceNotifications', {});
      assert.equal(before, '');
      assert.equal(((await redis.config('GET', 'notify-keyspace-events')) as string[])[1], after);
      while (!isLive()) await changeOf(api.onDidChange);
      assert.deepEqual(await run('enableKeyspaceNotifications', {}), { before: after, after });
    });
  });
});
