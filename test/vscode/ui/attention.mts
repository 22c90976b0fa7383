import assert from 'node:assert/strict';
import { hostname } from 'node:os';
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
const hour = 3_600_000;
const idOf = (begin: string): string => `${begin.padEnd(8, '0')}-1111-4222-8333-444444444444`;
const age = String.raw`(<10s|\d+s|\d+m)`;
const lines = (rows: readonly TreeRow[]): string[] => rows.map((row) => `${row.label} | ${row.description}`);
const rowOf = (view: Locator, label: string): Locator => view.locator('.monaco-list-row', { hasText: label }).first();

/** Every state of Needs Attention in the installed VSIX, by what real programs tell a real server. */
export async function run(ui: Ui): Promise<void> {
  const server = await startLocalServer({ binary: ui.redis.server });
  ui.atEnd(() => server.stop());
  assert.ok(ui.redis.cli, 'redis-cli is there');
  const library = new LibraryCli(ui.redis.cli, server.port);
  ui.atEnd(() => library.end());
  const folder = ui.folder();
  makeShop(folder);
  // What was stored says since when nobody heard of it.
  const old = { agent_id: 'importer', ts: Date.now() - 200_000, state: { ver: 1, task: 'import', status: 'working' } };
  library.run('HSET', 'agent:state', 'importer', JSON.stringify(old));
  const window = await ui.open({ target: { folder }, viewport: { width: 1280, height: 1000 } });
  const { page } = window;
  page.setDefaultTimeout(60_000);
  await window.openContainer('Signalbox');
  await window.command('Signalbox: Connect to Redis');
  await page.locator('.quick-input-title', { hasText: 'Connect to Redis' }).waitFor();
  await window.answer(server.url);
  const [attention, agents] = [await window.view('Needs Attention'), await window.view('Agents')];
  for (const title of ['Claims', 'Queues']) await page.locator('.pane-header', { hasText: title }).click();
  await window.setTheme('Default Dark Modern');

  /** Only what is in sight is drawn, so the list gets the room of the agents. */
  const foldAgents = (): Promise<void> => page.locator('.pane-header', { hasText: 'Agents' }).click();
  const has = async (view: Locator, ...wanted: RegExp[]): Promise<TreeRow[]> =>
    window.rowsWhen(view, (rows) => wanted.every((line) => lines(rows).some((each) => line.test(each))), 90_000);
  const look = async (name: string): Promise<void> => {
    await page.mouse.move(900, 300);
    for (const [suffix, theme] of process.env['TEST_LONG'] ? themes.toReversed() : themes.slice(0, 1)) {
      await window.setTheme(theme);
      await window.picture(`attention-${name}-${suffix}`);
    }
  };
  const hook = (
    session: string,
    fields: Record<string, unknown>,
    how: { rel?: string; host?: string; root?: string; pid?: string; by?: string; missed?: string } = {},
  ): void => {
    const { rel = '', host = 'mini-1', root = '/home/ada/shop', pid = '4242', by = 'sh 9.9.9', missed = '' } = how;
    const text = Object.entries({ session_id: idOf(session), ...fields })
      .map(([name, value]) => `"${name}":${JSON.stringify(value)}`)
      .join('\n');
    library.call('hook', rel === '' ? [] : [rel], host, root, rel, text, pid, 'main', by, missed);
  };
  const start = (session: string, session_title: string, how = {}): void =>
    hook(session, { hook_event_name: 'SessionStart', session_title }, how);
  const edit = (session: string, rel: string, how = {}): void => {
    for (const hook_event_name of ['PreToolUse', 'PostToolUse'])
      hook(session, { hook_event_name, tool_name: 'Edit' }, { rel, ...how });
  };
  const publish = (agent: string, state: object, more: object = {}): void =>
    void library.run('PUBLISH', 'agent:state:sync', JSON.stringify({ agent_id: agent, ...more, state }));

  await ui.check('who waits for a person comes first, by how long, and says what for', async () => {
    for (const [session, title] of [
      ['aaaa', 'Refactor login form'],
      ['bbbb', 'Checkout'],
      ['cccc', 'Invoices'],
      ['dddd', 'Search'],
    ] as const)
      start(session, title);
    hook('bbbb', { hook_event_name: 'PermissionRequest', tool_name: 'Bash' });
    hook('cccc', { hook_event_name: 'PreToolUse', tool_name: 'AskUserQuestion' });
    hook('dddd', { hook_event_name: 'PreToolUse', tool_name: 'ExitPlanMode' });
    const rows = await has(
      attention,
      new RegExp(`^Checkout \\| ${age} · waiting for your permission · Bash$`),
      new RegExp(`^Invoices \\| ${age} · has a question for you$`),
      new RegExp(`^Search \\| ${age} · wants its plan approved$`),
    );
    assert.deepEqual(
      rows.slice(0, 3).map(({ label }) => label),
      ['Checkout', 'Invoices', 'Search'],
    );
    const hover = await window.hover(rowOf(attention, 'Checkout'));
    assert.match(hover, /Checkout waits for your permission to use Bash\.\nIt goes on .*\nShow Terminal .*Dismiss/);
    await window.picture('attention-hover-waiting');
  });

  await ui.check('conflicts, deadlocks, the dead, errors and unguarded edits follow in this order', async () => {
    await foldAgents();
    edit('aaaa', 'src/db/schema.ts');
    publish('agent-1', { task: 'tokens', status: 'working', ver: 1 });
    publish('agent-2', { task: 'tokens', status: 'working', ver: 1 });
    publish('agent-2', { task: 'tokens', status: 'blocked', ver: 1 });
    library.claim('agent-3', ['src/auth/login.ts'], hour, 'login');
    library.claim('agent-4', ['src/auth/session.ts'], hour, 'session');
    // A hook's lease would yield to who waits, and one that was asked for does not.
    const wait = library.stand('agent-7', 'src/auth/login.ts', hour, 'migrate');
    void wait.catch(() => undefined);
    library.call('claim', ['src/auth/session.ts'], 'agent-3', String(hour), 'login', 'w3');
    library.call('claim', ['src/auth/login.ts'], 'agent-4', String(hour), 'session', 'w4');
    start('eeee', 'Crashed', { host: hostname(), pid: '99999999' });
    edit('eeee', 'package.json', { host: hostname(), pid: '99999999' });
    library.call('event', [], 'agent-3', 'error', '', 'no space left on device');
    start('ffff', 'Formatter', { root: '/home/bob/shop' });
    hook('ffff', { hook_event_name: 'PreToolUse', tool_name: 'Bash' }, { root: '/home/bob/shop' });
    library.call('changed', [], 'mini-1', '/home/bob/shop', idOf('ffff'), 'src/db/schema.ts');
    hook('cccc', { hook_event_name: 'UserPromptSubmit' }, { missed: `0\t${idOf('cccc')}\tsrc/a.ts` });
    hook('bbbb', { hook_event_name: 'PostToolUse', tool_name: 'Edit' }, { rel: 'README.md' });
    for (const ver of [50, 4, 3, 2, 1, 1, 2]) publish('agent-5', { status: 'idle', ver, at: ver });
    library.run('SET', 'lock:port:3000', 'agent-6');
    library.call('hello', [], idOf('9999'), '', 'mini-1', '1');
    const rows = await has(
      attention,
      new RegExp(`^tokens \\| ${age} · agent-1 and agent-2 both active$`),
      new RegExp(`^agent-2 \\| ${age} · sent two different states with version 1$`),
      new RegExp(`^agent-4 \\| ${age} · deadlock with agent-3$`),
      new RegExp(`^Crashed \\| ${age} · ended, still holds package.json$`),
      new RegExp(`^agent-3 \\| ${age} · error: no space left on device$`),
      /^Formatter \| .* · (suspected: )?changed schema.ts of Refactor login form by a shell command$/,
      new RegExp(`^agent-5 \\| ${age} · sends versions below 50: restarted\\?$`),
      new RegExp(`^importer \\| ${age} · silent in the middle of its work: import$`),
      new RegExp(`^port:3000 \\| ${age} · locked by agent-6 without an expiry$`),
      /^Guard \| not called by 1 session$/,
    );
    await look('kinds');
    const { attention: told } = await copiedStatus(window);
    const order = [
      'waiting-on-you',
      'conflict',
      'deadlock',
      'dead-holder',
      'error',
      'unguarded',
      'stalled',
      'restarted',
    ];
    const met = [...new Set(told.map(({ kind }) => kind))];
    assert.deepEqual(met, [...order, 'no-expiry', 'health']);
    assert.ok(rows.every(({ ariaLabel }) => ariaLabel !== ''));
    for (const [label, name] of [
      ['deadlock with', 'deadlock'],
      ['still holds', 'dead'],
      ['by a shell command', 'bash'],
    ] as const) {
      assert.notEqual(await window.hover(rowOf(attention, label)), '');
      await window.picture(`attention-hover-${name}`);
    }
  });

  await ui.check('all who are paused, who has a message to read, a team and a person stand in the tree', async () => {
    await window.view('Agents');
    library.call('control', [], 'ada@mini-1', '*', 'pause', 'the build is red');
    library.call('send', [], 'ada@mini-1', idOf('aaaa'), 'm1', 'please look at the failing test first');
    for (const name of ['agent-1', 'agent-2']) publish(name, { ver: 3, status: 'blocked' }, { team: 'crew' });
    publish('ada@mini-1', {}, { role: 'person' });
    await agents.locator('.message', { hasText: 'All agents are paused by ada@mini-1: the build is red' }).waitFor();
    await has(
      agents,
      /^Refactor login form \| .*paused by ada@mini-1 · message waiting/,
      /^crew \| 2 agents$/,
      /^ada@mini-1 \| seen/,
    );
    assert.match((await window.statusItem.innerText()) ?? '', /paused/);
    const hover = await window.hover(rowOf(agents, 'Refactor login form'));
    assert.match(
      hover,
      /Message of ada@mini-1: please look at the failing test first · waiting for its next step since/,
    );
    await window.picture('attention-hover-mail');
    await look('paused');
    library.call('control', [], 'ada@mini-1', '*', 'resume', '');
    await agents.locator('.message', { hasText: 'All agents are paused' }).waitFor({ state: 'hidden' });
  });

  await ui.check('a wait of over a minute is a conflict that says who waits, for how long and for whom', async () => {
    await foldAgents();
    await has(attention, /^login.ts \| \dm · agent-7 waits for agent-3 · src\/auth$/);
    const hover = await window.hover(rowOf(attention, 'agent-7 waits'));
    assert.match(
      hover,
      /^agent-7 has waited 1m \d+s for src\/auth\/login.ts, held by agent-3\nMessage Agent asks the holder/,
    );
    await window.picture('attention-hover-wait');
    await look('wait');
    assert.deepEqual(await window.notifications(), []);
  });

  await ui.check('what is dismissed goes, and comes back when it happens anew', async () => {
    const row = rowOf(attention, 'no space left');
    await row.hover();
    await row.locator('.action-label[aria-label^="Dismiss"]').click();
    await window.rowsWhen(attention, (rows) => !lines(rows).some((line) => line.includes('no space left')));
    library.call('event', [], 'agent-3', 'error', '', 'no space left on device');
    await has(attention, /no space left on device/);
  });
}
