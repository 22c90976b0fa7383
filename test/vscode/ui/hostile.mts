import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { startLocalServer } from '../../../src/redis/localServer.ts';
import type { Ui } from '../../support/ui.mts';

const evil =
  '</span><img src=x onerror=alert(1)>[click](command:workbench.action.quit) `**bold**`\u001b[31mred\u0007\u202egpj.exe\n$(bug) second line ';
const long = evil + 'x'.repeat(10_000);
/** What would act, hide or reorder, if it got to the screen as it came. */
// oxlint-disable-next-line no-control-regex -- These are what must not be there.
const harmful = /[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/;

/** What agents write is shown as what it is, and shortly, wherever it is shown. */
export async function run(ui: Ui): Promise<void> {
  const server = await startLocalServer({ binary: ui.redis.server });
  ui.atEnd(() => server.stop());
  const cli = (...args: string[]): void => {
    assert.ok(ui.redis.cli, 'redis-cli is there');
    execFileSync(ui.redis.cli, ['-p', String(server.port), ...args]);
  };
  const folder = ui.folder();
  mkdirSync(path.join(folder, 'src'));
  writeFileSync(path.join(folder, 'src', 'a.ts'), '/* a */\n');
  const userDataDir = ui.folder();
  const window = await ui.open({ target: { folder }, userDataDir });
  const { page } = window;
  await window.openContainer('Signalbox');
  await window.command('Signalbox: Connect to Redis');
  await page.locator('.quick-input-title', { hasText: 'Connect to Redis' }).waitFor();
  await window.answer(server.url);
  const agents = await window.view('Agents');
  await agents.locator('.welcome-view-content', { hasText: 'no agent has published' }).waitFor();

  const harmless = async (part: Locator): Promise<void> => {
    const text = await part.innerText();
    assert.ok(!harmful.test(text.replaceAll('\n', '')), JSON.stringify(text.slice(0, 400)));
    assert.equal(await part.locator('img[src="x"]').count(), 0);
    assert.equal(await part.locator('a[href^="command:"], a[data-href^="command:"]').count(), 0);
  };

  await ui.check('in the trees, with something for a screen reader in every row', async () => {
    const id = evil.slice(0, 120);
    const state = { task: long, status: evil.slice(0, 40), ver: 1, files: ['src/a.ts'], text: long };
    cli('PUBLISH', 'agent:state:sync', JSON.stringify({ agent_id: id, host: evil.slice(0, 90), state }));
    cli('PUBLISH', 'agent:events', `error:${long}`);
    cli('SET', 'lock:src/a.ts', id, 'PX', '600000');
    cli('SET', `lock:src/${evil.replaceAll('/', '')}.ts`, 'agent-1');
    cli('LPUSH', `${evil}:queue`, 'x');
    cli('LPUSH', 'agent:tasks', 'x');
    for (const title of ['Agents', 'Claims', 'Queues', 'Needs Attention']) {
      const view = await window.view(title);
      const rows = await window.rowsWhen(view, (all) => all.length > 0);
      for (const row of rows) {
        assert.ok(row.label.length <= 130 && row.description.length <= 300, JSON.stringify(row));
        assert.ok(row.ariaLabel.length >= row.label.length && row.ariaLabel.length < 700, JSON.stringify(row));
        assert.ok(!harmful.test(row.label + row.description + row.ariaLabel), JSON.stringify(row));
      }
      await harmless(view);
    }
    await window.picture('hostile-trees');
  });

  await ui.check('in the hovers and the status bar', async () => {
    for (const title of process.env['TEST_LONG'] ? ['Agents', 'Claims', 'Needs Attention'] : ['Agents']) {
      const row = (await window.view(title)).locator('.monaco-list-row').first();
      const text = await window.hover(row);
      assert.ok(text.length < 6000, String(text.length));
      await harmless(page.locator('.monaco-hover:visible').last());
      await window.picture(`hostile-hover-${title.toLowerCase().replace(' ', '-')}`);
      await page.mouse.move(1200, 700);
      await page.locator('.monaco-hover:visible').waitFor({ state: 'hidden' });
    }
    await harmless(page.locator('.part.statusbar'));
  });

  await ui.check('in the editor and the explorer', async () => {
    await window.openFile('a.ts');
    await page.waitForFunction(`[...document.querySelectorAll('.monaco-editor .view-line span')].some((span) =>
      /left/.test(getComputedStyle(span, '::after').content))`);
    const marks = (await page.evaluate(`[...document.querySelectorAll('.monaco-editor .view-line span')]
      .map((span) => getComputedStyle(span, '::after').content).filter((text) => /^"/.test(text)).join('')`)) as string;
    assert.ok(marks.length < 400 && !harmful.test(marks), JSON.stringify(marks));
    await window.command('View: Show Explorer');
    const file = page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'a.ts' });
    await file.waitFor();
    const tooltip = await window.hover(file);
    assert.match(tooltip, /Claimed by/);
    assert.ok(tooltip.length < 600 && !harmful.test(tooltip.replaceAll('\n', '')), JSON.stringify(tooltip));
    await window.picture('hostile-explorer');
  });

  await ui.check('in the boxes for input and in the log', async () => {
    await window.command('Signalbox: Publish Test Payload');
    await page.locator('.quick-input-title', { hasText: '(1 of 3)' }).waitFor();
    await window.pick('Other channel');
    await page.locator('.quick-input-message', { hasText: 'Channel' }).waitFor();
    await window.answer(`shop:agent:events ${evil.replaceAll('\n', ' ')}`);
    await page.locator('.quick-input-title', { hasText: '(2 of 3)' }).waitFor();
    await window.pick('Event');
    await page.locator('.quick-input-title', { hasText: '(3 of 3)' }).waitFor();
    await harmless(page.locator('.quick-input-widget'));
    await window.picture('hostile-box');
    await page.keyboard.press('Escape');
    const logs = readdirSync(userDataDir, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /Signalbox.*\.log$/.test(file),
    );
    // oxlint-disable-next-line no-control-regex -- As above.
    for (const file of logs) assert.doesNotMatch(readFileSync(path.join(userDataDir, file), 'utf8'), /[\u001b\u202e]/);
  });
}
