import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FlowProducer, Queue, Worker } from 'bullmq';
import { connectedWindow, plainServer, themes } from '../../support/plainFleet.mts';
import type { Ui } from '../../support/ui.mts';

/** The Queues view of the installed VSIX, with lists, a stream and the real BullMQ, and what a person does there. */
export async function run(ui: Ui): Promise<void> {
  const { server, cli } = await plainServer(ui);
  const connection = { host: '127.0.0.1', port: server.port };
  const [mail, flows] = [new Queue('mail', { connection }), new FlowProducer({ connection })];
  const worker = new Worker('mail', () => Promise.reject(new Error('no such address')), { connection });
  ui.atEnd(async () => {
    await Promise.all([worker.close(true), mail.close(), flows.close()]);
  });
  const window = await connectedWindow(ui, server, ['Needs Attention', 'Agents', 'Claims']);
  const { page } = window;
  const view = await window.view('Queues');
  const row = (text: string): ReturnType<typeof view.locator> =>
    view.locator('.monaco-list-row', { hasText: text }).first();

  await ui.check('three kinds of queue stand there, with what is below them', async () => {
    cli('LPUSH', 'agent:tasks', 'analyze_file:src/main.ts', '{"file":"src/utils.ts"}');
    cli('LPUSH', 'agent:tasks:failed', 'analyze_file:src/gone.ts');
    for (const n of ['1', '2', '3', '4', '5']) cli('XADD', 'build:tasks', '*', 'n', n);
    cli('XGROUP', 'CREATE', 'build:tasks', 'builders', '0');
    cli('XREADGROUP', 'GROUP', 'builders', 'agent-1', 'COUNT', '2', 'STREAMS', 'build:tasks', '>');
    await mail.add('send', { to: 'a' });
    await mail.add('later', { to: 'b' }, { delay: 3_600_000 });
    const child = (name: string): object => ({ name, queueName: 'parts', data: {} });
    await flows.add({
      name: 'report',
      queueName: 'reports',
      data: {},
      children: [child('one'), child('two')] as never,
    });
    await window.rowsWhen(
      view,
      (rows) => rows.some(({ description }) => /1 failed/.test(description)) && rows.length >= 5,
    );
    for (const text of ['build:tasks', 'bull:reports']) {
      await row(text).click();
      await page.keyboard.press('ArrowRight');
    }
    await row('builders').click();
    await page.keyboard.press('ArrowRight');
    await row('waiting for children').click();
    await page.keyboard.press('ArrowRight');
    await row('report').waitFor();
    const rows = await window.rowsWhen(view, (each) => each.some(({ label }) => label === 'agent-1'));
    const lines = rows.map(({ label, description }) => `${label} | ${description}`.replace(/(<10s|\d+s)/, 'AGE'));
    assert.deepEqual(
      lines.filter((line) => /^(agent|build)/.test(line)).map((line) => line.replace(/ · [+−].*$/, '')),
      [
        'agent:tasks | 2 waiting · 1 failed',
        'build:tasks | 3 waiting · 2 active · oldest AGE',
        'builders | 3 waiting · 2 active · oldest AGE · 1 consumer',
        'agent-1 | 2 active · idle AGE',
      ],
    );
  });

  for (const [name, theme] of themes) {
    await ui.check(`the view in ${theme}`, async () => {
      await page.mouse.move(900, 300);
      await window.setTheme(theme);
      await row('agent:tasks').hover();
      await window.picture(`queues-${name}`);
    });
  }

  await ui.check('a hover has all figures', async () => {
    assert.match(await window.hover(row('bull:mail')), /Delayed: 1[^]*Ever added: 2/);
    await window.picture('queues-hover');
  });

  await ui.check('a task is pushed from the row, and what is next is looked at', async () => {
    await row('agent:tasks').hover();
    await row('agent:tasks').locator('.action-label[aria-label^="Push Task"]').click();
    await page.locator('.quick-input-title', { hasText: 'Push Task' }).waitFor();
    await window.picture('queues-push');
    await window.answer('from a person');
    await window.rowsWhen(view, (rows) =>
      rows.some(({ description }) => description.startsWith('3 waiting · 1 failed')),
    );
    assert.equal(cli('LINDEX', 'agent:tasks', '0').trim(), 'from a person');
    await row('agent:tasks').hover();
    await row('agent:tasks').locator('.action-label[aria-label^="Peek"]').click();
    await page.locator('.editor-instance', { hasText: 'from a person' }).waitFor();
    await window.picture('queues-peek');
  });

  await ui.check('what failed is requeued by a key on the row', async () => {
    await row('agent:tasks').click();
    await page.keyboard.press('Alt+r');
    await window.rowsWhen(view, (rows) =>
      rows.some(({ label, description }) => label === 'agent:tasks' && description.startsWith('4 waiting')),
    );
    assert.equal(cli('EXISTS', 'agent:tasks:failed').trim(), '0');
  });

  await ui.check('a queue is purged once its name was typed, into a file', async () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'signalbox-purge-')), 'tasks.jsonl');
    await row('agent:tasks').click();
    await page.keyboard.press('Delete');
    const dialog = page.locator('.monaco-dialog-box');
    await dialog.waitFor();
    await window.picture('queues-purge');
    await dialog.locator('.monaco-button', { hasText: 'Purge Queue' }).click();
    await page.locator('.quick-input-title', { hasText: 'Purge Queue' }).waitFor();
    await window.answer('agent:tasks');
    await window.saveAs('Purge Queue', file);
    await page.locator('.notification-toast', { hasText: 'Removed 4 tasks' }).waitFor();
    await window.picture('queues-purged');
    assert.ok(existsSync(file));
    assert.equal(readFileSync(file, 'utf8').trim().split('\n').length, 4);
    assert.equal(cli('EXISTS', 'agent:tasks').trim(), '0');
  });
}
