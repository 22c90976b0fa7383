import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startLocalServer } from '../../../src/redis/localServer.ts';
import type { Ui } from '../../support/ui.mts';
import type { Workbench } from '../../support/workbench.mts';

function put(folder: string, ...files: readonly string[]): void {
  for (const file of files) {
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(folder, file), `/* ${path.basename(folder)} */\n`);
  }
}

async function connect(window: Workbench, url: string): Promise<void> {
  await window.openContainer('Signalbox');
  await window.command('Signalbox: Connect to Redis');
  await window.page.locator('.quick-input-title', { hasText: 'Connect to Redis' }).waitFor();
  await window.answer(url);
}

/** Where the files of claims are: in several folders, behind links, nowhere; and in several windows, trusted or not. */
export async function run(ui: Ui): Promise<void> {
  const server = await startLocalServer({ binary: ui.redis.server });
  ui.atEnd(() => server.stop());
  const cli = (...args: string[]): void => {
    assert.ok(ui.redis.cli, 'redis-cli is there');
    execFileSync(ui.redis.cli, ['-p', String(server.port), ...args]);
  };
  const publish = (id: string, state: object): void =>
    cli('PUBLISH', 'agent:state:sync', JSON.stringify({ agent_id: id, state }));

  const base = ui.folder();
  const [shop, depot] = [path.join(base, 'shop'), path.join(base, 'depot')];
  put(shop, 'src/same.ts', 'src/gone.ts');
  put(depot, 'src/same.ts', 'src/only.ts');
  symlinkSync('src', path.join(depot, 'link'));
  const workspace = path.join(base, 'both.code-workspace');
  writeFileSync(workspace, JSON.stringify({ folders: [{ path: 'shop' }, { path: 'depot' }] }));
  const window = await ui.open({ target: { workspace } });
  const { page } = window;
  await connect(window, server.url);
  const claims = await window.view('Claims');
  const row = (name: string) => claims.locator('.monaco-list-row', { hasText: name });
  const opened = (text: string) => page.locator('.editor-container .view-line', { hasText: text });

  await ui.check('a claim in two folders is marked in both, and a click asks which is meant', async () => {
    cli('SET', 'lock:src/same.ts', 'agent-3', 'PX', '600000');
    await window.rowsWhen(claims, (rows) => rows[0]?.label === 'same.ts' && rows[0].badge === 'A3');
    await row('same.ts').click();
    await page.locator('.quick-input-title', { hasText: 'Open from which folder?' }).waitFor();
    await window.picture('places-which');
    await window.pick('depot');
    await opened('depot').waitFor();
    await window.command('View: Show Explorer');
    const explorer = page.locator('.explorer-folders-view');
    // VS Code reveals the open file by itself, sooner or later; the other folder stays folded up.
    const folded = explorer.locator('.monaco-list-row[aria-expanded="false"]', { hasText: 'src' });
    while ((await window.rows(explorer)).filter(({ label }) => label === 'same.ts').length < 2) {
      await folded
        .first()
        .click({ timeout: 1000 })
        .catch(() => undefined);
      await page.waitForTimeout(200);
    }
    await window.rowsWhen(
      explorer,
      (rows) => rows.filter((each) => each.label === 'same.ts' && each.badge === 'A3').length === 2,
    );
    await window.picture('places-both');
    await window.openContainer('Signalbox');
  });

  await ui.check('a claim in one folder opens at once, also behind a link', async () => {
    cli('SET', 'lock:src/only.ts', 'agent-3', 'PX', '600000');
    await row('only.ts').waitFor();
    await window.rowsWhen(claims, (rows) => rows.some((each) => each.label === 'only.ts' && each.badge === 'A3'));
    await row('only.ts').click();
    await page.locator('.tabs-container .tab.active', { hasText: 'only.ts' }).waitFor();
    cli('DEL', 'lock:src/only.ts');
    cli('SET', 'lock:link/only.ts', 'agent-4', 'PX', '600000');
    await window.rowsWhen(claims, (rows) => rows.some((each) => each.label === 'only.ts' && each.badge === 'A4'));
  });

  await ui.check('a claim that is nowhere here says so in its row, and quietly when it is clicked', async () => {
    cli('SET', 'lock:src/elsewhere.ts', 'agent-3', 'PX', '600000');
    await window.rowsWhen(claims, (rows) => rows.some((each) => /not in this workspace/.test(each.description)));
    await row('elsewhere.ts').click();
    await page.locator('.statusbar-item', { hasText: 'src/elsewhere.ts is not in this workspace' }).waitFor();
    await window.picture('places-nowhere');
    assert.deepEqual(await window.notifications(), []);
  });

  if (process.env['TEST_LONG']) {
    await ui.check('a file that is deleted is missed', async () => {
      cli('SET', 'lock:src/gone.ts', 'agent-3', 'PX', '600000');
      await window.rowsWhen(claims, (rows) => rows.some((each) => each.label === 'gone.ts' && each.badge === 'A3'));
      rmSync(path.join(shop, 'src/gone.ts'));
      const missed = /gone\.ts.*not in this workspace/;
      const said = (rows: readonly { label: string; description: string }[]): boolean =>
        rows.some((each) => missed.test(`${each.label} ${each.description}`));
      await window.rowsWhen(claims, said, 40_000);
    });
  }

  await ui.check('an agent that begins anew is dropped, pointed out, and accepted by a button', async () => {
    publish('agent-9', { task: 'old run', status: 'working', ver: 40 });
    for (let ver = 1; ver <= 5; ver++) publish('agent-9', { task: 'new run', status: 'working', ver });
    const attention = await window.view('Needs Attention');
    await window.rowsWhen(attention, (rows) => rows.some((each) => /sends versions below 40/.test(each.description)));
    const agents = await window.view('Agents');
    const taskOf = (task: string) => (rows: readonly { label: string; description: string }[]) =>
      rows.some((each) => each.label === 'agent-9' && each.description.includes(task));
    await window.rowsWhen(agents, taskOf('old run'));
    const restarted = attention.locator('.monaco-list-row', { hasText: 'agent-9' });
    await restarted.hover();
    await window.picture('places-restarted');
    await restarted.locator('a.action-label[aria-label*="Accept as a New Run"]').click();
    await window.rowsWhen(attention, (rows) => rows.every((each) => each.label !== 'agent-9'));
    publish('agent-9', { task: 'new run', status: 'working', ver: 6 });
    await window.rowsWhen(agents, taskOf('new run'));
    // The same from the agent's own menu, before five updates are lost.
    await agents.locator('.monaco-list-row', { hasText: 'agent-9' }).click({ button: 'right' });
    await page.locator('.monaco-menu .action-label', { hasText: 'Accept as a New Run' }).hover();
    await page.keyboard.press('Enter');
    // Nothing shows that the menu's command is done, so that it is sent until it is taken.
    const sending = setInterval(() => publish('agent-9', { task: 'third run', status: 'working', ver: 1 }), 100);
    await window.rowsWhen(agents, taskOf('third run')).finally(() => clearInterval(sending));
  });

  if (process.env['TEST_LONG']) {
    await ui.check('two windows on one Redis show the same', async () => {
      const folder = ui.folder();
      const second = await ui.open({ target: { folder } });
      await connect(second, server.url);
      await second.rowsWhen(await second.view('Agents'), (rows) => rows.some(({ label }) => label === 'agent-4'));
      publish('agent-10', { task: 'for both', status: 'working', ver: 1 });
      for (const each of [window, second]) {
        const agents = await each.view('Agents');
        await each.rowsWhen(agents, (rows) =>
          rows.some(({ label, description }) => label === 'agent-10' && description.includes('for both')),
        );
      }
    });
  }

  await ui.check(
    'a folder that is not trusted does not say where to connect; when it is trusted, it does',
    async () => {
      const folder = ui.folder();
      mkdirSync(path.join(folder, '.vscode'));
      writeFileSync(
        path.join(folder, '.vscode', 'settings.json'),
        JSON.stringify({ 'signalbox.redis.url': server.url, 'signalbox.namespace': 'theirs' }),
      );
      const wary = await ui.open({ target: { folder }, restricted: true });
      const sideBar = await wary.openContainer('Signalbox');
      await sideBar.locator('.welcome-view-content', { hasText: 'Start a Demo Fleet' }).waitFor();
      assert.equal(await wary.page.locator('.statusbar-item[id="signalbox.signalbox.signalbox"]').count(), 0);
      await wary.picture('places-restricted');
      await wary.command('Workspaces: Manage Workspace Trust');
      await wary.page.locator('.workspace-trust-editor a.monaco-button', { hasText: /^Trust$/ }).click();
      const agents = await wary.view('Agents');
      await agents.locator('.welcome-view-content', { hasText: 'no agent has published' }).waitFor();
    },
  );
}
