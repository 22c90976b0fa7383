import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import type { Status } from '../../../src/protocol/status.ts';
import { startLocalServer } from '../../../src/redis/localServer.ts';
import { copiedStatus } from '../../support/copiedStatus.mts';
import { LibraryCli } from '../../support/libraryCli.mts';
import type { Ui } from '../../support/ui.mts';
import type { Theme } from '../../support/vscodeSettings.mts';

const themes: readonly (readonly [name: string, theme: Theme])[] = [
  ['light', 'Default Light Modern'],
  ['high-contrast', 'Default High Contrast'],
  ['dark', 'Default Dark Modern'],
];
const evil = '<img src=x onerror="alert(1)"><script>globalThis.hacked = true</script>';
const numbered = 300;

/** What a tile has to show, by its name, as the status counts it. */
function figuresOf({ agents, claims, queues, counts }: Status): Record<string, number> {
  return {
    agents: agents.length,
    claims: claims.length,
    queued: queues.reduce((sum, { waiting }) => sum + waiting, 0),
    you: agents.filter(({ liveness }) => liveness === 'you').length,
    // All of this happened within the last minute.
    conflicts: counts.divergent + counts.duplicate + counts.premature + counts.unclaimed,
  };
}

/** Whether the workbench has written down a text; run in its page. */
const isStored = (text: string): string => `(async () => {
  const asked = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  for (const { name } of await indexedDB.databases()) {
    const database = await asked(indexedDB.open(name));
    const [store] = [...database.objectStoreNames];
    const values = store === undefined ? [] : await asked(database.transaction(store).objectStore(store).getAll());
    database.close();
    if (values.some((value) => String(value).includes(${JSON.stringify(text)}))) return true;
  }
  return false;
})()`;

/** Waits until something holds, asked for again and again; otherwise fails with what it was. */
async function until<T>(read: () => Promise<T>, wanted: (value: T) => boolean, limitMs = 20_000): Promise<T> {
  for (const end = Date.now() + limitMs; ;) {
    const value = await read();
    if (wanted(value)) return value;
    if (Date.now() > end) throw new Error(`It did not become what was wanted. It is: ${JSON.stringify(value)}`);
  }
}

/** The panel of the installed VSIX in front of a fleet that is played by redis-cli. */
export async function run(ui: Ui): Promise<void> {
  const server = await startLocalServer({ binary: ui.redis.server });
  ui.atEnd(() => server.stop());
  assert.ok(ui.redis.cli, 'redis-cli is there');
  const program: string = ui.redis.cli;
  const cli = (...args: string[]): string =>
    execFileSync(program, ['-p', String(server.port), ...args], { encoding: 'utf8' }).trim();
  const publish = (channel: string, payloads: readonly string[]): void => {
    const input = payloads.map((payload) => `PUBLISH ${channel} ${JSON.stringify(payload)}\n`).join('');
    execFileSync(program, ['-p', String(server.port)], { input });
  };
  const library = new LibraryCli(program, server.port);
  ui.atEnd(() => library.end());
  const folder = ui.folder();
  mkdirSync(path.join(folder, 'src'));
  writeFileSync(path.join(folder, 'src', 'a.ts'), '/* a */\n');
  const window = await ui.open({ target: { folder }, viewport: { width: 1500, height: 1_000 } });
  const { page } = window;
  await window.openContainer('Signalbox');
  const panel = (): FrameLocator => window.webview();
  const list = (): Locator => panel().locator('.console-list');
  const rows = (): Locator => panel().locator('.console-row:visible');
  const filter = (): Locator => panel().locator('#console vscode-text-field').first().locator('input');
  const shown = async (count: number): Promise<void> =>
    panel()
      .locator('.console-counts', { hasText: new RegExp(`^${count.toLocaleString('en')} shown`) })
      .waitFor();
  const dialog = page.locator('.monaco-dialog-box');
  const answer = async (button: string): Promise<void> => {
    await dialog.locator('.monaco-button', { hasText: button }).click();
    await dialog.waitFor({ state: 'hidden' });
  };
  const toPanel = async (): Promise<void> => {
    await page.locator('.tabs-container .tab', { hasText: 'Signalbox' }).click();
    await panel().locator('#console').waitFor();
  };

  await ui.check('a command opens it, also with nothing to show', async () => {
    await window.command('Signalbox: Open Panel');
    await panel().locator('header', { hasText: 'Not connected' }).waitFor();
    await window.picture('panel-window-empty');
    await window.command('Signalbox: Connect to Redis');
    await page.locator('.quick-input-title', { hasText: 'Connect to Redis' }).waitFor();
    await window.answer(server.url);
    await panel().locator('header', { hasText: 'Live' }).waitFor();
  });

  await ui.check('its tiles show what the status says', async () => {
    const state = (id: string, ver: number, more: object): string =>
      JSON.stringify({ agent_id: id, ts: Date.now(), state: { ver, status: 'working', ...more } });
    publish('agent:state:sync', [
      ...['1', '2', '3', '4', '5'].map((n) => state(`agent-${n}`, 5, { task: `task-${n}` })),
      state('agent-6', 1, { task: 'task-6', status: 'waiting' }),
      state('agent-1', 3, { task: 'task-1' }),
      state('agent-2', 5, { task: 'other than before' }),
    ]);
    cli('LPUSH', 'agent:tasks', 'a', 'b', 'c');
    library.claim('agent-1', ['src/a.ts', 'docs/'], 600_000, 'task-1');
    library.call('claim', ['src/a.ts'], 'agent-2', '60000', 'task-2');
    library.call('event', [], 'agent-3', 'unclaimed', 'src/b.ts', 'no claim');
    const tile = panel().locator('[data-tile]');
    const values = async (): Promise<Record<string, number>> =>
      Object.fromEntries(
        await Promise.all(
          (await tile.all()).map(async (each) => [
            await each.getAttribute('data-tile'),
            Number(await each.getAttribute('data-value')),
          ]),
        ),
      ) as Record<string, number>;
    // What was told is settled when the sweep has found the queue.
    await until(values, ({ queued, claims }) => queued === 3 && claims === 2);
    const wanted = figuresOf(await copiedStatus(window));
    assert.equal(wanted['agents'], 6);
    assert.equal(wanted['conflicts'], 2);
    const told = await until(values, (all) => Object.entries(wanted).every(([name, value]) => all[name] === value));
    assert.ok(told['latency']! > 0 && told['latency']! < 1_000, String(told['latency']));
  });

  await ui.check('a payload of markup and script is shown as text', async () => {
    publish('agent:events', [evil]);
    await rows().filter({ hasText: evil }).waitFor();
    assert.equal(await panel().locator('img').count(), 0);
    const frame = await (await panel().locator('body').elementHandle())!.ownerFrame();
    assert.equal(await frame!.evaluate('globalThis.hacked ?? false'), false);
    await window.picture('panel-window-markup');
  });

  await ui.check('what the box publishes arrives at a subscriber', async () => {
    const subscriber = spawn(program, ['-p', String(server.port), 'SUBSCRIBE', 'news'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    ui.atEnd(() => subscriber.kill());
    let heard = '';
    subscriber.stdout.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    await until(
      async () => Promise.resolve(cli('PUBSUB', 'NUMSUB', 'news')),
      (text) => /\b1$/.test(text),
    );
    await panel().getByLabel('Channel to publish on').fill('news');
    await panel().getByLabel('Message to publish').fill('{"from": "the panel"}');
    await panel().locator('.console-send vscode-button').click();
    await panel().locator('.console-answer', { hasText: '1 received it' }).waitFor();
    await until(
      async () => Promise.resolve(heard),
      (text) => text.includes('{"from": "the panel"}'),
    );
  });

  await ui.check('a channel that agents obey is asked about first', async () => {
    await panel().getByLabel('Channel to publish on').fill('agent:control');
    await panel().getByLabel('Message to publish').fill('{"note": "nothing"}');
    const send = panel().locator('.console-send vscode-button');
    await send.click();
    await dialog.filter({ hasText: 'agent:control' }).waitFor();
    await window.picture('panel-window-control');
    await answer('Cancel');
    await panel().locator('.console-answer', { hasText: 'Not sent' }).waitFor();
    await send.click();
    await answer('Publish');
    await panel().locator('.console-answer', { hasText: 'Nobody listens' }).waitFor();
  });

  await ui.check('what is published while it is hidden is there when it is seen again', async () => {
    publish('agent:events', ['numbered:before']);
    await window.openFile('a.ts');
    await page.locator('iframe.webview.ready').waitFor({ state: 'hidden' });
    publish(
      'agent:events',
      Array.from({ length: numbered }, (_, number) => `numbered:${String(number)}.`),
    );
    await toPanel();
    await filter().fill('numbered:');
    await shown(numbered + 1);
    await list().focus();
    await page.keyboard.press('Home');
    await rows().filter({ hasText: 'numbered:before' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await rows().filter({ hasText: 'numbered:0.' }).waitFor();
    await page.keyboard.press('End');
    await rows()
      .filter({ hasText: `numbered:${String(numbered - 1)}.` })
      .waitFor();
  });

  await ui.check('a reload of the window keeps what was set', async () => {
    await filter().fill('numbered:7');
    await panel().locator('#queues .chart-toggle').click();
    await panel().locator('#queues .chart-table').first().waitFor();
    // Here VS Code writes down every few seconds what is to be there after a reload, which does not wait for that.
    for (const [name, theme] of themes) {
      await window.setTheme(theme);
      await window.picture(`panel-window-${name}`);
    }
    await until(async () => page.evaluate<boolean>(isStored('numbered:7')), Boolean);
    await page.reload();
    await panel().locator('header', { hasText: 'Live' }).waitFor({ timeout: 40_000 });
    assert.equal(await filter().inputValue(), 'numbered:7');
    assert.equal(await panel().getByLabel('Message to publish').inputValue(), '{"note": "nothing"}');
    await panel().locator('#queues .chart-table').first().waitFor();
    await panel().locator('#queues .chart-toggle').click();
    await filter().fill('');
  });

  await ui.check('MONITOR is warned of, shows commands, and stops by itself', async () => {
    await panel().locator('vscode-button', { hasText: 'MONITOR' }).click();
    await dialog.filter({ hasText: 'every command' }).waitFor();
    await window.picture('panel-window-monitor-question');
    await answer('Watch');
    const on = panel().locator('.console-monitoring.is-on');
    await on.waitFor();
    const from = Date.now();
    cli('SET', 'seen-by-monitor', 'yes');
    await rows().filter({ hasText: 'seen-by-monitor' }).waitFor();
    await on.waitFor({ state: 'hidden', timeout: 15_000 });
    assert.ok(Date.now() - from < 15_000);
    assert.equal(cli('CLIENT', 'LIST').includes('flags=O'), false);
  });

  await ui.check('a line is set out well in an editor, and two are compared', async () => {
    publish('agent:state:sync', [
      '{"agent_id":"agent-7","state":{"ver":1,"task":"one"}}',
      '{"agent_id":"agent-7","state":{"ver":2,"task":"two"}}',
    ]);
    await filter().fill('"agent-7"');
    await shown(2);
    await list().focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.locator('.monaco-editor .view-line', { hasText: '"task": "two"' }).waitFor();
    await window.picture('panel-window-json');
    await toPanel();
    await filter().fill('"agent-7"');
    await shown(2);
    await list().focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Shift+ArrowUp');
    await page.keyboard.press('d');
    await page.locator('.monaco-diff-editor').waitFor();
    await page.locator('.monaco-diff-editor .modified .view-line', { hasText: '"task": "two"' }).waitFor();
    await window.picture('panel-window-compare');
  });
}
