import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { connectedWindow, plainServer, themes } from '../../support/plainFleet.mts';
import type { Ui } from '../../support/ui.mts';
import type { TreeRow } from '../../support/workbench.mts';

/** What goes wrong in a run and with the server, in the Run view and in Needs Attention of the installed VSIX. */
export async function run(ui: Ui): Promise<void> {
  const { server, cli } = await plainServer(ui);
  cli('SET', 'session:temp:data', 'x');
  cli('CONFIG', 'SET', 'maxmemory', '500mb', 'maxmemory-policy', 'allkeys-lru');
  const window = await connectedWindow(ui, server, ['Agents', 'Claims', 'Queues', 'Run']);
  const { page } = window;
  const [runView, attention] = [await window.view('Run'), await window.view('Needs Attention')];
  const lines = (rows: readonly TreeRow[]): string[] =>
    rows.map(({ label, description }) => `${label} | ${description.replace(/<10s|\b\d+[sm]\b/, 'AGE')}`);
  const has = async (view: Locator, ...wanted: RegExp[]): Promise<void> => {
    await window.rowsWhen(view, (rows) => wanted.every((each) => lines(rows).some((line) => each.test(line))));
  };
  const lacks = async (view: Locator, unwanted: RegExp): Promise<void> => {
    await window.rowsWhen(view, (rows) => !lines(rows).some((line) => unwanted.test(line)));
  };
  const rowOf = (view: Locator, text: string): Locator => view.locator('.monaco-list-row', { hasText: text }).first();
  /** A row that is just drawn anew loses its buttons until the pointer comes again. */
  const press = async (row: Locator, button: string, tries = 5): Promise<void> => {
    await row.hover();
    try {
      await row.locator(`.action-label[aria-label^="${button}"]`).click({ timeout: 1_000 });
    } catch (error) {
      if (tries === 1) throw error;
      await press(row, button, tries - 1);
    }
  };
  const long = `Agent 3: File not found - config.ts ${'in one of the folders that were looked at '.repeat(6)}`.trim();

  await ui.check('errors of lists and events stand by their agent, the newest first', async () => {
    cli('PUBLISH', 'agent:state:sync', '{"agent_id":"agent-3","state":{"task":"parse","status":"working","ver":1}}');
    cli('LPUSH', 'errors:list', 'Agent 2: Syntax error in utils.ts');
    cli('LPUSH', 'errors:list', long);
    await has(runView, /^File not found/);
    cli('PUBLISH', 'agent:events', 'error:invalid_syntax');
    const rows = await window.rowsWhen(runView, (all) => all.some(({ label }) => label === 'invalid_syntax'));
    assert.deepEqual(
      // The last do not fit.
      lines(rows)
        .slice(0, 5)
        .map((line) => line.replace(/(config\.ts).*…/, '$1…')),
      [
        'Errors | 3 errors',
        'Nobody named | 1 error',
        'invalid_syntax | AGE · event',
        'agent-3 | 1 error',
        'File not found - config.ts… | AGE · errors:list',
      ],
    );
    await window.hover(rowOf(runView, 'File not found'));
    // A hover may first say no more than that it is being made.
    const hover = page.locator('.monaco-hover:visible', { hasText: /Acknowledge\stakes/ }).last();
    await hover.waitFor();
    assert.ok((await hover.innerText()).replaceAll('\u00a0', ' ').includes(long.slice(-60)));
    await window.picture('error-hover');
  });

  await ui.check('what is acknowledged in Run leaves Needs Attention, and the other way round', async () => {
    await has(attention, /^Error \| AGE · Agent 3: File not found.* · 1 more/, /invalid_syntax/);
    await press(rowOf(runView, 'invalid_syntax'), 'Acknowledge');
    await lacks(attention, /invalid_syntax/);
    await has(runView, /^Errors \| 3 errors · 2 new$/);
    await press(rowOf(attention, 'File not found'), 'Dismiss');
    await has(runView, /^Errors \| 3 errors · acknowledged$/);
    cli('LPUSH', 'errors:list', 'Agent 3: Syntax error in main.ts');
    await has(runView, /^Errors \| 4 errors · 1 new$/);
    await has(attention, /^agent-3 \| AGE · error: Syntax error in main\.ts$/);
    assert.equal(cli('LLEN', 'errors:list'), '3');
  });

  await ui.check('a run or an agent that fails and a new plan that is wanted ask for attention', async () => {
    cli('SET', 'task:status', 'running');
    await has(runView, /^task:status \| running/);
    cli('SET', 'task:status', 'failed');
    cli('PUBLISH', 'agent:state:sync', '{"agent_id":"agent-3","state":{"status":"failed","ver":2}}');
    cli('PUBLISH', 'agent:events', 'replan:the API has changed');
    await has(
      attention,
      /^Run failed \| AGE · task:status$/,
      /^agent-3 \| AGE · failed: parse$/,
      /^New plan wanted \| AGE · the API has changed$/,
    );
    const told = (): string => cli('XRANGE', 'agent:inbox:agent-3', '-', '+');
    for (let i = 0; i < 100 && !told().includes('new plan'); i++) await page.waitForTimeout(50);
    assert.match(told(), /An agent asks for a new plan: the API has changed/);
  });

  await ui.check('how the server is stands below, with the command that mends it', async () => {
    await has(attention, /^Temporary keys \| without an expiry: 1$/, /^Memory \| may delete claims/);
    assert.match(await window.hover(rowOf(attention, 'Temporary keys')), /EXPIRE session:temp:data 3600/);
    await window.picture('health-hover');
    await press(rowOf(attention, 'Temporary keys'), 'Copy Command');
    await page.locator('.statusbar-item', { hasText: 'Copied' }).waitFor();
    await press(rowOf(attention, 'Temporary keys'), 'Dismiss');
    await lacks(attention, /^Temporary keys/);
  });

  for (const [name, theme] of themes) {
    await ui.check(`the views in ${theme}`, async () => {
      await page.mouse.move(900, 300);
      await window.setTheme(theme);
      await rowOf(runView, 'Errors').hover();
      await window.picture(`errors-${name}`);
    });
  }
}
