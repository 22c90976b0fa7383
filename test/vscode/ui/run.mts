import assert from 'node:assert/strict';
import { connectedWindow, plainServer, themes } from '../../support/plainFleet.mts';
import type { Ui } from '../../support/ui.mts';

/** The Run view of the installed VSIX, by what agents that have nothing but redis-cli keep. */
export async function run(ui: Ui): Promise<void> {
  const { server, cli } = await plainServer(ui);
  const window = await connectedWindow(ui, server, ['Needs Attention', 'Agents', 'Claims', 'Queues', 'Run']);
  const { page } = window;
  const view = await window.view('Run');

  await ui.check('how a run goes stands in its rows, the worst first', async () => {
    cli('SET', 'analysis:total', '3');
    cli('INCR', 'analysis:completed');
    cli('SET', 'pipeline:step1:status', 'completed');
    cli('SET', 'pipeline:step1:results', '["file1.ts", "file2.ts"]');
    cli('SET', 'pipeline:step2:status', 'running');
    cli('SET', 'pipeline:step3:status', 'running');
    cli('INCR', 'files:processed');
    cli('HSET', 'analysis:results', 'status', 'in_progress', 'src/app.ts', '{"lines": 100}');
    cli('SETEX', 'agent:search:results', '3600', '{"files": ["a.ts"]}');
    cli('LPUSH', 'errors:list', 'Agent 2: File not found - config.ts');
    cli('SET', 'task:status', 'failed');
    // A sweep may come in between.
    const rows = await window.rowsWhen(view, (each) => each.length === 12);
    const lines = rows.map(({ label, description }) => `${label} | ${description.replace(/(<10s|\d+s)/, 'AGE')}`);
    assert.deepEqual(lines, [
      'task:status | failed · AGE',
      'Errors | 1 error',
      'Agent 2 | 1 error',
      'File not found - config.ts | AGE · errors:list',
      'analysis | ■■■□□□□□□□ 33% · 1/3',
      'pipeline | 1 of 3 steps done · step2 · running',
      'step1 | completed · results',
      'step2 | running · AGE',
      'step3 | began too early · running · AGE',
      'files:processed | 1',
      'analysis:results | 2 entries',
      lines.at(-1),
    ]);
  });

  await ui.check('the title says how soon a change is seen', async () => {
    const title = page.locator('.pane-header', { hasText: 'Run' }).locator('.description');
    await title.filter({ hasText: /^every \d+s$/ }).waitFor();
    cli('CONFIG', 'SET', 'notify-keyspace-events', 'KA');
    await title.filter({ hasText: /^live$/ }).waitFor();
  });

  await ui.check('a hover shows what stands in a key', async () => {
    const row = view.locator('.monaco-list-row', { hasText: 'agent:search:results' }).first();
    assert.match(await window.hover(row), /"files": \[/);
    await window.picture('run-hover');
  });

  for (const [name, theme] of themes) {
    await ui.check(`the view in ${theme}`, async () => {
      await page.mouse.move(900, 300);
      await window.setTheme(theme);
      await window.picture(`run-${name}`);
    });
  }
}
