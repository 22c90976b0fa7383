import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { startLocalServer } from '../../../src/redis/localServer.ts';
import { copiedStatus } from '../../support/copiedStatus.mts';
import { LibraryCli } from '../../support/libraryCli.mts';
import { makeShop } from '../../support/shop.mts';
import type { Ui } from '../../support/ui.mts';
import type { Theme } from '../../support/vscodeSettings.mts';
import type { TreeRow } from '../../support/workbench.mts';

const themes: readonly (readonly [name: string, theme: Theme])[] = [
  ['dark', 'Default Dark Modern'],
  ['light', 'Default Light Modern'],
  ['high-contrast', 'Default High Contrast'],
];
const idOf = (begin: string): string => `${begin.padEnd(8, '0')}-1111-4222-8333-444444444444`;
const age = String.raw`(<10s|\d+s|\d+m)`;

const lines = (rows: readonly TreeRow[]): string[] => rows.map((row) => `${row.label} | ${row.description}`);
const rowOf = (view: Locator, label: string): Locator => view.locator('.monaco-list-row', { hasText: label }).first();

/** Sessions of Claude Code, by what their hooks call in a real server, as a person sees them in the installed VSIX. */
export async function run(ui: Ui): Promise<void> {
  const server = await startLocalServer({ binary: ui.redis.server });
  ui.atEnd(() => server.stop());
  assert.ok(ui.redis.cli, 'redis-cli is there');
  const library = new LibraryCli(ui.redis.cli, server.port);
  const folder = ui.folder();
  makeShop(folder);
  const window = await ui.open({ target: { folder }, viewport: { width: 1280, height: 900 } });
  const { page } = window;
  await window.openContainer('Signalbox');
  await window.command('Signalbox: Connect to Redis');
  await page.locator('.quick-input-title', { hasText: 'Connect to Redis' }).waitFor();
  await window.answer(server.url);
  const [attention, agents, claims] = [
    await window.view('Needs Attention'),
    await window.view('Agents'),
    await window.view('Claims'),
  ];
  await page.locator('.pane-header', { hasText: 'Queues' }).click();
  await window.setTheme('Default Dark Modern');

  const has = async (view: Locator, ...wanted: RegExp[]): Promise<TreeRow[]> =>
    window.rowsWhen(view, (rows) => wanted.every((line) => lines(rows).some((each) => line.test(each))));
  const look = async (name: string): Promise<void> => {
    await page.mouse.move(900, 300);
    for (const [suffix, theme] of process.env['TEST_LONG'] ? themes.toReversed() : themes.slice(0, 1)) {
      await window.setTheme(theme);
      await window.picture(`hooks-${name}-${suffix}`);
    }
  };
  /** What the hook of a session, or of a child of it, calls. */
  const hook = (
    session: string,
    fields: Record<string, unknown>,
    how: { rel?: string; host?: string; by?: string; missed?: string } = {},
  ): void => {
    const { rel = '', host = 'mini-1', by = 'sh 1.2.0', missed = '' } = how;
    const all = { session_id: idOf(session), ...fields };
    const text = Object.entries(all)
      .map(([name, value]) => `"${name}":${JSON.stringify(value)}`)
      .join('\n');
    library.call('hook', rel === '' ? [] : [rel], host, '/home/ada/shop', rel, text, '4242', 'main', by, missed);
  };
  const start = (session: string, title?: string, how = {}): void => {
    hook(session, { hook_event_name: 'SessionStart', ...(title === undefined ? {} : { session_title: title }) }, how);
  };
  const edit = (session: string, rel: string): void => {
    for (const hook_event_name of ['PreToolUse', 'PostToolUse'])
      hook(session, { hook_event_name, tool_name: 'Edit' }, { rel });
  };
  const use = (session: string, tool_name: string, more = {}): void => {
    hook(session, { hook_event_name: 'PreToolUse', tool_name, ...more });
  };

  await ui.check('sessions stand under their names with what they do, and their subagents below them', async () => {
    start('aaaa', 'Refactor login form');
    edit('aaaa', 'src/db/schema.ts');
    edit('aaaa', 'package.json');
    use('aaaa', 'Agent');
    hook('aaaa', { hook_event_name: 'SubagentStart', agent_id: 'x1', agent_type: 'Explore' });
    use('aaaa', 'Bash', { agent_id: 'x1', agent_type: 'Explore' });
    start('bbbb', 'Checkout');
    hook('bbbb', { hook_event_name: 'UserPromptSubmit' });
    await has(
      agents,
      /^Refactor login form \| running Agent · 2 files$/,
      /^Explore 1 \| running Bash$/,
      /^Checkout \| working$/,
    );
    await has(claims, /^schema.ts \| Refactor login form · [12]m left · src\/db$/);
  });

  await ui.check('who waits for a person is first under Needs Attention, with what for', async () => {
    use('bbbb', 'Bash');
    hook('bbbb', { hook_event_name: 'PermissionRequest', tool_name: 'Bash' });
    start('cccc', 'Checkout', { host: 'mini-2' });
    hook('cccc', { hook_event_name: 'PreToolUse', tool_name: 'AskUserQuestion' }, { host: 'mini-2' });
    start('dddd');
    hook('dddd', { hook_event_name: 'StopFailure' });
    start('eeee');
    hook('eeee', { hook_event_name: 'Stop', background_tasks: [1] });
    start('ffff');
    await has(
      agents,
      new RegExp(`^Checkout \\[bbbb\\] \\| waiting for your permission ${age} · Bash$`),
      new RegExp(`^Checkout \\[cccc\\] \\| has a question for you ${age}$`),
      new RegExp(`^main 1 \\| rate-limited ${age}$`),
      new RegExp(`^main 2 \\| waiting on a job ${age}$`),
      new RegExp(`^main 3 \\| idle ${age}$`),
      /^mini-1 \| 5 agents$/,
      /^mini-2 \| 1 agent$/,
    );
    const rows = lines(
      await has(
        attention,
        /^Checkout \[bbbb\] \| .* · waiting for your permission/,
        /^Checkout \[cccc\] \| .* · has a question/,
      ),
    );
    assert.match(rows[0] ?? '', /waiting for your permission/);
    await look('phases');
    const hover = await window.hover(rowOf(agents, 'Checkout [bbbb]'));
    assert.match(
      hover,
      new RegExp(
        `Agent: ${idOf('bbbb')}\nTool: Bash\nBranch: main\nRepository: /home/ada/shop\nHook: sh 1.2.0\nHost: mini-1, process 4242`,
      ),
    );
    await window.picture('hooks-hover-agent');
    const { agents: told } = await copiedStatus(window);
    assert.deepEqual(told.map(({ id, name, source, liveness }) => [id.slice(0, 4), name, source, liveness]).slice(2), [
      ['bbbb', 'Checkout', 'hook', 'you'],
      ['cccc', 'Checkout', 'hook', 'you'],
      ['dddd', 'main 1', 'hook', 'limited'],
      ['eeee', 'main 2', 'hook', 'job'],
      ['ffff', 'main 3', 'hook', 'idle'],
    ]);
  });

  await ui.check('what went unguarded, and a guard that is old or silent, are rows that say what to do', async () => {
    const missed = ['src/a.ts', 'src/b.ts', 'src/c.ts'].map((rel, i) => `${i}\t${idOf('ffff')}\t${rel}`).join('\n');
    hook('ffff', { hook_event_name: 'UserPromptSubmit' }, { missed });
    hook('ffff', { hook_event_name: 'PostToolUse', tool_name: 'Edit' }, { rel: 'src/d.ts' });
    start('9999', 'Old hook', { by: 'sh 1.0.0' });
    library.call('hello', [], idOf('8888'), '', 'mini-1', '1');
    await has(
      attention,
      /^main 3 \| .* · 3 edits while Redis was away, last c.ts/,
      /^main 3 \| .* · edited d.ts without a claim/,
      /^Guard \| hook sh 1.0.0 is out of date$/,
      /^Guard \| not called by 1 session$/,
    );
    await look('unguarded');
    const hover = await window.hover(rowOf(attention, '3 edits while'));
    assert.match(
      hover,
      /main 3 made 3 edits while Redis was away, the last of src\/c.ts\.\nNothing was claimed, .*look at the diffs/,
    );
    await window.picture('hooks-hover-unguarded');
    await rowOf(attention, 'out of date').hover();
    await rowOf(attention, 'out of date').locator('.action-label[aria-label*="Check the Guard"]').waitFor();
  });

  await ui.check('a person who looks elsewhere is told once of all who wait', async () => {
    await page.locator('.pane-header', { hasText: 'Needs Attention' }).click();
    start('7777', 'Invoices');
    hook('7777', { hook_event_name: 'PermissionRequest', tool_name: 'Bash' });
    const toast = page.locator('.notification-toast', { hasText: 'Invoices waits for your permission to use Bash' });
    await toast.waitFor();
    // VS Code puts a toast away after a while, so there is time for one picture only.
    await window.picture('hooks-notification');
    await toast.locator('.monaco-button', { hasText: "Don't Show Again" }).click();
    await window.view('Needs Attention');
    await has(attention, /^Invoices \| .* · waiting for your permission/);
  });

  await ui.check('a session that ends leaves the tree with its children', async () => {
    hook('aaaa', { hook_event_name: 'SessionEnd', reason: 'other' });
    await window.rowsWhen(agents, (rows) => !lines(rows).some((line) => /login form|Explore/.test(line)));
    await window.rowsWhen(claims, (rows) => !lines(rows).some((line) => line.includes('schema.ts')));
  });
}
