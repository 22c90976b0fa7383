import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { connectedWindow, plainServer, themes } from '../../support/plainFleet.mts';
import type { Ui } from '../../support/ui.mts';

/** What a person does with keys, with the installed VSIX: looks into them, cleans up, and has the server tell of them. */
export async function run(ui: Ui): Promise<void> {
  const { server, cli } = await plainServer(ui);
  const folder = ui.folder();
  const window = await connectedWindow(ui, server, ['Needs Attention', 'Agents', 'Claims', 'Run'], 900);
  const { page } = window;
  const view = await window.view('Run');
  const queues = await window.view('Queues');
  await window.setTheme('Default Dark Modern');

  cli('SETEX', 'agent:search:results', '3600', '{"files": ["a.ts", "b.ts"], "total": 2}');
  cli('HSET', 'analysis:results', 'status', 'in_progress', 'src/app.ts', '{"lines": 100}');
  cli('SET', 'pipeline:step1:status', 'completed');
  cli('SET', 'pipeline:step1:results', '["file1.ts", "file2.ts"]');
  cli('RPUSH', 'build:queue', 'build a', 'build b');
  await window.rowsWhen(view, (each) => each.some(({ label }) => label === 'agent:search:results'));
  await window.rowsWhen(queues, (each) => each.some(({ label }) => label === 'build:queue'));

  const rowOf = (pane: Locator, label: string): Locator => pane.locator('.monaco-list-row', { hasText: label }).first();
  const tab = (name: string): Promise<void> => page.locator('.tabs-container .tab.active', { hasText: name }).waitFor();
  const shows = (text: string): Promise<void> =>
    page.locator('.monaco-editor .view-line', { hasText: text }).first().waitFor();
  const step = (title: string): Promise<void> => page.locator('.quick-input-title', { hasText: title }).waitFor();
  const dialog = page.locator('.monaco-dialog-box');
  const press = async (row: Locator, name: string): Promise<void> => {
    await row.hover();
    await row.locator(`.action-label[aria-label^="${name}"]`).click();
  };

  await ui.check('a click on a result, a field or a step opens its JSON, laid out and read-only', async () => {
    await rowOf(view, 'agent:search:results').click();
    await tab('agent:search:results.json');
    await shows('"files": [');
    await rowOf(view, 'step1').click();
    await tab('pipeline:step1:results.json');
    await shows('"file1.ts"');
    await rowOf(view, 'analysis:results').click();
    await rowOf(view, 'src/app.ts').click();
    await tab('src∕app.ts.json');
    await shows('"lines": 100');
    await page.keyboard.press('Control+1');
    await page.keyboard.type('x');
    await page.locator('.monaco-editor-overlaymessage', { hasText: /read-only/i }).waitFor();
    // With its fields shown, the last row would be half out of sight.
    await rowOf(view, 'analysis:results').click();
  });

  await ui.check('all that there is to know of a key opens from its row, by a key and from the palette', async () => {
    await press(rowOf(view, 'agent:search:results'), 'Inspect Key');
    await tab('agent:search:results.json');
    await shows('"type": "string"');
    await window.picture('keys-inspect');
    await rowOf(queues, 'build:queue').click();
    await page.keyboard.press('Alt+i');
    await tab('build:queue.json');
    await shows('"build a"');
    await window.command('Signalbox: Inspect Key');
    await step('Inspect Key');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'analysis:results' }).waitFor();
    await window.picture('keys-pick');
    await window.answer('nothing:here');
    await page.locator('.notification-toast', { hasText: 'There is no key nothing:here' }).waitFor();
    await window.command('Notifications: Clear All Notifications');
  });

  await ui.check('keys are cleaned up after they were counted and exported', async () => {
    cli('SET', 'agent:temp:1', 'x');
    cli('SET', 'agent:temp:2', 'x');
    cli('RPUSH', 'agent:temp:queue', 'x');
    cli('SET', 'agent:temp:lock:a', '{"holder":"agent-1","token":"7"}');
    await window.command('Signalbox: Clean Up Keys');
    await step('Clean Up Keys');
    await page.locator('.quick-input-widget:visible input.input').fill('*');
    await page.locator('.quick-input-message', { hasText: 'every key of the database' }).waitFor();
    await window.picture('keys-everything');
    await window.answer('agent:temp:*');
    await dialog.waitFor();
    const text = await dialog.innerText();
    for (const part of [
      'agent:temp:* (3)',
      'string: 2 · list: 1',
      'result: 2 · queue: 1',
      'leases: 1 (agent:temp:lock:a)',
    ])
      assert.ok(text.includes(part), `${part} in ${text}`);
    await window.picture('keys-clean-up');
    await dialog.locator('.monaco-button', { hasText: 'Export and Remove' }).click();
    await dialog.waitFor({ state: 'hidden' });
    const file = path.join(folder, 'keys.jsonl');
    await window.saveAs('Clean Up Keys', file);
    await page.locator('.notification-toast', { hasText: 'Removed keys: 3' }).waitFor();
    await window.picture('keys-cleaned-up');
    assert.equal(readFileSync(file, 'utf8').trim().split('\n').length, 4);
    assert.deepEqual(cli('KEYS', 'agent:temp:*'), 'agent:temp:lock:a');
    await window.command('Notifications: Clear All Notifications');
  });

  await ui.check('the server is set to tell of keys where a person says so, and is not asked for again', async () => {
    const offer = view.locator('.pane-header .action-label[aria-label^="Turn On Keyspace Notifications"]');
    // A hover of a row would lie over it.
    await page.mouse.move(900, 500);
    await view.locator('.pane-header').hover();
    await offer.waitFor();
    await window.picture('keys-offer');
    await offer.click();
    await dialog.waitFor();
    await window.picture('keys-notifications');
    await page.keyboard.press('Escape');
    await offer.waitFor({ state: 'hidden' });
    assert.equal(cli('CONFIG', 'GET', 'notify-keyspace-events').split('\n')[1] ?? '', '');
    await window.command('Signalbox: Turn On Keyspace Notifications');
    await dialog.locator('.monaco-button', { hasText: /^Turn On$/ }).click();
    await page.locator('.statusbar-item', { hasText: 'The server tells of changes to keys.' }).waitFor();
    assert.match(cli('CONFIG', 'GET', 'notify-keyspace-events'), /K/);
  });

  for (const [name, theme] of themes) {
    await ui.check(`an open key in ${theme}`, async () => {
      await window.setTheme(theme);
      await rowOf(view, 'agent:search:results').hover();
      await window.picture(`keys-${name}`);
    });
  }
}
