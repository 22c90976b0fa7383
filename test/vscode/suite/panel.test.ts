import assert from 'node:assert/strict';
import Redis from 'ioredis';
import * as vscode from 'vscode';
import { findRedisServer, startLocalServer, type LocalServer } from '../../../src/redis/localServer.ts';

/** What it is that VS Code tells of, and how long it may take. */
async function until(what: string, event: vscode.Event<unknown>, isSo: () => boolean): Promise<void> {
  if (isSo()) return;
  await new Promise<void>((resolve, reject) => {
    const listening = event(() => {
      if (!isSo()) return;
      listening.dispose();
      clearTimeout(timer);
      resolve();
    });
    const timer = setTimeout(() => {
      listening.dispose();
      reject(new Error(`Waited in vain until ${what}.`));
    }, 10_000);
  });
}

const tabs = (): vscode.Tab[] =>
  vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('signalbox.panel'));
const { onDidChangeTabs } = vscode.window.tabGroups;
const run = (command: string, argument?: unknown): Thenable<unknown> =>
  vscode.commands.executeCommand(`signalbox.${command}`, argument);

async function open(): Promise<void> {
  await run('openPanel');
  await until('the panel is open', onDidChangeTabs, () => tabs().length === 1);
}

async function closeAll(): Promise<void> {
  await vscode.window.tabGroups.close(tabs());
  await until('the panel is closed', onDidChangeTabs, () => tabs().length === 0);
}

describe('the panel in a real extension host', () => {
  let server: LocalServer;
  let client: Redis;
  let hearing: Redis;

  before(async () => {
    const binary = findRedisServer(process.env);
    assert.ok(binary, 'a redis-server is on the PATH');
    server = await startLocalServer({ binary });
    client = new Redis(server.url);
    hearing = new Redis(server.url);
    await vscode.extensions.getExtension('signalbox.signalbox')?.activate();
  });

  afterEach(closeAll);

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await run('disconnect');
    client.disconnect();
    hearing.disconnect();
    await server.stop();
    const configuration = vscode.workspace.getConfiguration('signalbox');
    await configuration.update('redis.url', undefined, vscode.ConfigurationTarget.Global);
  });

  it('opens as a tab also with nothing connected', async () => {
    await open();
    assert.equal(tabs()[0]?.label, 'Signalbox');
  });

  it('is there once, and comes to the front when it is opened again', async () => {
    await open();
    await vscode.commands.executeCommand('workbench.action.files.newUntitledFile');
    await until('another editor is in front', onDidChangeTabs, () => tabs()[0]?.isActive === false);
    await run('openPanel');
    await until('the panel is in front', onDidChangeTabs, () => tabs()[0]?.isActive === true);
    assert.equal(tabs().length, 1);
  });

  it('can be opened again after it was closed', async () => {
    await open();
    await closeAll();
    await open();
  });

  it('measures with a broadcast of its own while it is open, and not after', async () => {
    await run('connect', { url: server.url });
    await hearing.psubscribe('*signalbox:probe:*');
    const heard = new Promise<string>((resolve) => {
      hearing.once('pmessage', (_pattern: string, channel: string) => resolve(channel));
    });
    await open();
    const channel = await heard;
    const listening = async (): Promise<number> => Number((await client.pubsub('NUMSUB', channel))[1]);
    assert.equal(await listening(), 1);
    await closeAll();
    const most = Date.now() + 10_000;
    while ((await listening()) > 0) assert.ok(Date.now() < most, 'nobody listens to the probe any more');
  });

  it('says of a message that is gone that it is gone', async () => {
    const uri = vscode.Uri.from({ scheme: 'signalbox-message', path: '/agent-1 state.json', query: '1' });
    const document = await vscode.workspace.openTextDocument(uri);
    assert.match(document.getText(), /not kept/);
  });
});
