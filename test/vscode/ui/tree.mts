import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { startLocalServer } from '../../../src/redis/localServer.ts';
import { makeShop } from '../../support/shop.mts';
import type { Ui } from '../../support/ui.mts';
import type { Theme } from '../../support/vscodeSettings.mts';
import type { TreeRow, Workbench } from '../../support/workbench.mts';

const themes: Record<string, Theme> = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  'high-contrast': 'Default High Contrast',
  'high-contrast-light': 'Default High Contrast Light',
};

const labels = (rows: readonly TreeRow[]): string[] => rows.map((row) => row.label);

/** Opens the box for the address; what is typed before it is there would go into the palette. */
async function askToConnect(window: Workbench): Promise<void> {
  await window.command('Signalbox: Connect to Redis');
  await window.page.locator('.quick-input-title', { hasText: 'Connect to Redis' }).waitFor();
}

/** The installed VSIX beside a real Redis that is driven by redis-cli, as plain agents do. */
export async function run(ui: Ui): Promise<void> {
  const server = await startLocalServer({ binary: ui.redis.server });
  ui.atEnd(() => server.stop());
  const cli = (...args: string[]): string => {
    assert.ok(ui.redis.cli, 'redis-cli is there');
    return execFileSync(ui.redis.cli, ['-p', String(server.port), ...args], { encoding: 'utf8' }).trim();
  };
  const publish = (id: string, state: object, beside: object = {}): string =>
    cli('PUBLISH', 'agent:state:sync', JSON.stringify({ agent_id: id, ...beside, state }));
  const folder = ui.folder();
  makeShop(folder);
  const window = await ui.open({ target: { folder } });
  const { page } = window;

  await ui.check('with nothing configured there is one view, which offers three ways to begin', async () => {
    const sideBar = await window.openContainer('Signalbox');
    for (const offer of ['Connect to Redis', 'Start a Local Redis', 'Start a Demo Fleet']) {
      await sideBar.locator('.welcome-view-content a.monaco-button', { hasText: offer }).waitFor();
    }
    assert.equal(await sideBar.locator('.pane').count(), 1);
    assert.equal(await window.statusItem.count(), 0);
    assert.deepEqual(await window.notifications(), []);
    await window.picture('tree-welcome');
  });

  await ui.check('a server that is not there is a sentence above the tree, with ways out', async () => {
    await askToConnect(window);
    await window.answer('redis://127.0.0.1:1');
    const agents = await window.view('Agents');
    await agents.locator('.message', { hasText: 'Nothing answers at' }).waitFor();
    await window.rowsWhen(agents, (rows) => labels(rows).includes('Connect to Redis…'));
    await window.picture('tree-unreachable');
  });

  await ui.check('connecting is typing an address, which is checked in place', async () => {
    await askToConnect(window);
    const input = page.locator('.quick-input-widget:visible input.input');
    await input.fill('http://example.com');
    await page.locator('.quick-input-message', { hasText: 'not supported' }).waitFor();
    await window.picture('tree-connect-problem');
    await window.answer(server.url);
    const agents = await window.view('Agents');
    await agents.locator('.welcome-view-content', { hasText: 'no agent has published' }).waitFor();
    await window.statusItem.filter({ hasText: '0 agents' }).waitFor();
    await window.picture('tree-no-agents');
  });

  await ui.check('agents appear as they publish, with their locks and queues', async () => {
    publish('agent-10', { task: 'schema-migration', status: 'working', ver: 4 });
    publish('agent-2', { task: 'refactor-auth', status: 'working', ver: 7, files: ['src/auth/login.ts'] });
    publish('agent-2/tests', { task: 'auth-tests', status: 'waiting', ver: 1 }, { parent: 'agent-2' });
    publish('agent-3', { task: 'refactor-auth', status: 'running', ver: 2 });
    publish('reviewer', { task: 'review', status: 'done', ver: 3 });
    cli('SET', 'lock:src/auth/login.ts', 'agent-2', 'PX', '300000');
    cli('SET', 'lock:src/auth/session.ts', 'agent-2', 'PX', '45000');
    cli('SET', 'lock:src/db/schema.ts', 'agent-10');
    cli('SET', 'lock:src/api/', 'agent-3', 'PX', '7260000');
    cli('SET', 'lock:git:index', 'agent-3', 'PX', '90000');
    cli('SET', 'lock:docs/plan.md', 'agent-77', 'PX', '120000');
    cli('LPUSH', 'analysis:queue', 'a', 'b', 'c');
    cli('PUBLISH', 'agent:events', 'error:invalid_syntax');
    const agents = await window.view('Agents');
    const rows = await window.rowsWhen(agents, (all) => all.length >= 6 && labels(all).includes('agent-77'));
    assert.deepEqual(
      rows.filter((row) => row.level === 1).map((row) => row.label),
      ['agent-2', 'agent-3', 'agent-10', 'agent-77', 'reviewer'],
    );
    await window.rowsWhen(agents, (all) => all.some((row) => row.description === 'working · refactor-auth · 2 files'));
    await window.rowsWhen(agents, (all) => all.some((row) => row.label === 'agent-2/tests' && row.level === 2));
    const claims = await window.view('Claims');
    const claimed = await window.rowsWhen(claims, (all) => all.length === 6);
    assert.deepEqual(labels(claimed).toSorted(), [
      'api/',
      'git:index',
      'login.ts',
      'plan.md',
      'schema.ts',
      'session.ts',
    ]);
    const queues = await window.view('Queues');
    await window.rowsWhen(queues, (all) => all[0]?.label === 'analysis:queue' && all[0].description === '3 waiting');
  });

  await ui.check('what needs a person is counted on the icon and listed', async () => {
    const attention = await window.view('Needs Attention');
    await window.rowsWhen(
      attention,
      (rows) => labels(rows).includes('refactor-auth') && labels(rows).includes('Error'),
    );
    await window.rowsWhen(attention, (rows) => labels(rows).includes('schema.ts'));
    assert.equal(await window.containerBadge('Signalbox'), '3');
    await window.statusItem.filter({ hasText: '6 agents, 6 claims, 3 need you' }).waitFor();
  });

  await ui.check('time left counts down in the row', async () => {
    const claims = await window.view('Claims');
    const seconds = (rows: TreeRow[]): number =>
      Number(/(\d+)s left/.exec(rows.find((row) => row.label === 'session.ts')?.description ?? '')?.[1] ?? NaN);
    const first = seconds(await window.rowsWhen(claims, (rows) => seconds(rows) > 0));
    await window.rowsWhen(claims, (rows) => seconds(rows) < first);
  });

  await ui.check('a tooltip says how fresh a row is, and shows hostile text as text', async () => {
    const evil = 'a<img src=x>[y](command:z)\u202e';
    publish(evil, { task: '**bold** https://example.com', status: 'working', ver: 1 });
    const agents = await window.view('Agents');
    await window.rowsWhen(agents, (rows) => labels(rows).some((label) => label.startsWith('a<img')));
    const text = await window.hover(agents.locator('.monaco-list-row', { hasText: 'a<img' }));
    assert.match(text, /Seen \d+s ago/);
    assert.ok(text.includes('a<img src=x>[y](command:z)\ufffd'), text);
    assert.ok(text.includes('**bold** https://example.com'), text);
    assert.equal(await page.locator('.monaco-hover:visible a, .monaco-hover:visible img').count(), 0);
    await window.picture('tree-tooltip');
  });

  for (const [name, theme] of Object.entries(themes)) {
    await ui.check(`the views in ${theme}`, async () => {
      await window.setTheme(theme);
      await page.mouse.move(900, 300);
      const agents = await window.view('Agents');
      await window.rowsWhen(agents, (rows) => rows.length > 0);
      await window.picture(`tree-${name}`);
    });
  }
  await window.setTheme('Default Dark Modern');

  await ui.check('claimed files have a badge in the explorer and a line in the editor', async () => {
    await window.openFile('session.ts');
    cli('SET', 'lock:src/auth/session.ts', 'agent-2', 'PX', '59000');
    await window.command('View: Show Explorer');
    const explorer = page.locator('.explorer-folders-view');
    await explorer.locator('.monaco-list-row', { hasText: 'session.ts' }).waitFor();
    const badges = async (): Promise<Record<string, string>> =>
      Object.fromEntries((await window.rows(explorer)).map((row) => [row.label, row.badge]));
    const wanted = { 'session.ts': 'A2', 'login.ts': 'A2', api: 'A3' };
    const differs = (shown: Record<string, string>): boolean =>
      Object.entries(wanted).some(([name, badge]) => shown[name] !== badge);
    const end = Date.now() + 15_000;
    while (differs(await badges()) && Date.now() < end) await page.waitForTimeout(50);
    const shown = await badges();
    assert.ok(!differs(shown), JSON.stringify(shown));
    await window.markWhen((mark) => /^agent-2 · refactor-auth · \d+s left$/.test(mark));
    for (const [name, theme] of Object.entries(themes)) {
      await window.setTheme(theme);
      await window.picture(`explorer-${name}`);
    }
    await window.setTheme('Default Dark Modern');
    await page.mouse.move(800, 500);
    const hover = await window.hover(page.locator('.monaco-editor .view-line span', { hasText: '/*' }).last());
    assert.match(hover, /src\/auth\/session\.ts/);
    await window.picture('editor-hover');
  });

  await ui.check('a file that two agents work on is told by badge and colour', async () => {
    publish('agent-3', { task: 'src/auth/login.ts', status: 'working', ver: 3 });
    publish('agent-10', { task: 'src/auth/login.ts', status: 'working', ver: 5 });
    const explorer = page.locator('.explorer-folders-view');
    await window.rowsWhen(explorer, (rows) => rows.find((row) => row.label === 'login.ts')?.badge === '!!');
    await page.mouse.move(900, 500);
    await window.picture('explorer-conflict');
  });

  await ui.check('a released lock takes its marks along', async () => {
    cli('DEL', 'lock:src/auth/session.ts');
    await window.markWhen((mark) => mark === '');
    await window.command('View: Show Signalbox');
    const agents = await window.view('Agents');
    await window.rowsWhen(agents, (rows) => rows.length > 0 && !labels(rows).includes('session.ts'));
  });

  await ui.check('when the server goes, the last picture stays and says so', async () => {
    await server.stop();
    const agents = await window.view('Agents');
    await agents.locator('.message', { hasText: /\w/ }).waitFor();
    await window.rowsWhen(agents, (rows) => labels(rows).includes('agent-2'));
    await window.statusItem.filter({ hasText: 'reconnecting' }).waitFor();
    await window.picture('tree-reconnecting');
  });
}
