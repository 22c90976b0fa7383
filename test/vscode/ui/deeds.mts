import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { startLocalServer } from '../../../src/redis/localServer.ts';
import { LibraryCli } from '../../support/libraryCli.mts';
import { makeShop } from '../../support/shop.mts';
import type { Ui } from '../../support/ui.mts';
import type { TreeRow } from '../../support/workbench.mts';

const lines = (rows: readonly TreeRow[]): string[] => rows.map((row) => `${row.label} | ${row.description}`);
const rowOf = (view: Locator, label: string): Locator => view.locator('.monaco-list-row', { hasText: label }).first();

/** What a person does to the fleet from rows, from the palette and by keys, with the installed VSIX. */
export async function run(ui: Ui): Promise<void> {
  const server = await startLocalServer({ binary: ui.redis.server });
  ui.atEnd(() => server.stop());
  assert.ok(ui.redis.cli, 'redis-cli is there');
  const library = new LibraryCli(ui.redis.cli, server.port);
  ui.atEnd(() => library.end());
  const folder = ui.folder();
  makeShop(folder);
  const window = await ui.open({ target: { folder }, viewport: { width: 1280, height: 900 } });
  const { page } = window;
  await window.openContainer('Signalbox');
  await window.command('Signalbox: Connect to Redis');
  await page.locator('.quick-input-title', { hasText: 'Connect to Redis' }).waitFor();
  await window.answer(server.url);
  const agents = await window.view('Agents');
  await page.locator('.pane-header', { hasText: 'Queues' }).click();
  await window.setTheme('Default Dark Modern');

  const has = async (view: Locator, ...wanted: RegExp[]): Promise<TreeRow[]> =>
    window.rowsWhen(view, (rows) => wanted.every((line) => lines(rows).some((each) => line.test(each))));
  const begin = (agent: string, state: object): void => {
    const [epoch = ''] = library.call('hello', [], agent, '', 'mini-1', '1');
    library.call('publish', [], agent, epoch, '', JSON.stringify({ ...state, ver: 1 }));
  };
  /** The texts in an agent's inbox, which are read and confirmed by that. */
  const inbox = (agent: string): string[] => {
    const read = library.call('inbox', [], agent, '', '10');
    const texts = read.filter((_each, i) => i % 4 === 3);
    const last = read[read.length - (read.length % 4) - 4] ?? '';
    if (texts.length > 0) library.call('inbox', [], agent, last, '1');
    return texts;
  };
  /** Waits until the box with this title is open. */
  const step = (title: string): Promise<void> => page.locator('.quick-input-title', { hasText: title }).waitFor();
  const status = (text: string): Promise<void> =>
    page.locator('.part.statusbar .statusbar-item', { hasText: text }).first().waitFor();
  /** Presses a row's button that a person sees while the pointer is on the row. */
  const press = async (row: Locator, name: string): Promise<void> => {
    await row.hover();
    await row.locator(`.action-label[aria-label^="${name}"]`).click();
  };

  await ui.check('a message goes from its row, from the palette and by a key into the inbox', async () => {
    begin('agent-1', { task: 'refactor auth', status: 'working' });
    begin('agent-2', { task: 'fix login', status: 'working' });
    await has(agents, /^agent-1 \| working/, /^agent-2 \| working/);
    await press(rowOf(agents, 'agent-1'), 'Message Agent');
    await step('Message Agent');
    await window.picture('deeds-message');
    await window.answer('from the row');
    await status('Sent to agent-1.');
    assert.deepEqual(inbox('agent-1'), ['from the row']);

    await window.command('Signalbox: Message Agent');
    await window.pick('agent-2');
    await window.answer('from the palette');
    await status('Sent to agent-2.');
    assert.deepEqual(inbox('agent-2'), ['from the palette']);

    await rowOf(agents, 'agent-1').click();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Alt+m');
    await step('Message Agent');
    await window.answer('by a key');
    await status('Sent to agent-2.');
    assert.deepEqual(inbox('agent-2'), ['by a key']);
  });
}
