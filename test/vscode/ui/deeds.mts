import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { startLocalServer } from '../../../src/redis/localServer.ts';
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

  const [attention, claims] = [await window.view('Needs Attention'), await window.view('Claims')];
  const has = async (view: Locator, ...wanted: RegExp[]): Promise<TreeRow[]> =>
    window.rowsWhen(view, (rows) => wanted.every((line) => lines(rows).some((each) => line.test(each))));
  const begin = (agent: string, state: object): void => {
    const [epoch = ''] = library.call('hello', [], agent, '', 'mini-1', '1');
    library.call('publish', [], agent, epoch, '', JSON.stringify({ ...state, ver: 1 }));
  };
  /** The texts in an agent's inbox, which is empty afterwards. */
  const inbox = (agent: string): string[] => {
    const read = library.call('inbox', [], agent, '', '10');
    library.run('DEL', `agent:inbox:${agent}`);
    return read.filter((_each, i) => i % 4 === 3);
  };
  const lockOn = (resource: string): { holder?: string; token?: string } =>
    JSON.parse(library.run('GET', `lock:${resource}`).join('') || '{}') as { holder?: string; token?: string };
  const pausedBy = (target: string): string =>
    (JSON.parse(library.run('HGET', 'agent:control', target).join('') || '{}') as { reason?: string }).reason ?? 'none';
  /** Waits until the box with this title is open. */
  const step = (title: string): Promise<void> => page.locator('.quick-input-title', { hasText: title }).waitFor();
  const status = (text: string): Promise<void> =>
    page.locator('.part.statusbar .statusbar-item', { hasText: text }).first().waitFor();
  /** Presses a row's button, which a person sees while the pointer is on the row. */
  const press = async (row: Locator, name: string): Promise<void> => {
    await row.hover();
    await row.locator(`.action-label[aria-label^="${name}"]`).click();
  };
  /** Gives a row the focus, without selecting it, as arrow keys do. */
  const focus = async (view: Locator, label: string): Promise<void> => {
    await view.locator('.monaco-list').focus();
    await page.keyboard.press('Home');
    for (let i = 0; i < 30; i++) {
      if (await view.locator('.monaco-list-row.focused', { hasText: label }).count()) return;
      await page.keyboard.press('ArrowDown');
    }
    throw new Error(`No row ${label} took the focus.`);
  };
  /** Takes pictures, with the pointer on a row if it is about one: in the dark, and in the long run in other themes. */
  const look = async (name: string, row?: Locator): Promise<void> => {
    for (const [suffix, theme] of process.env['TEST_LONG'] ? themes.toReversed() : themes.slice(0, 1)) {
      await window.setTheme(theme);
      await row?.hover();
      await window.picture(`deeds-${name}-${suffix}`);
    }
  };
  /** Boxes and lists close when the theme is changed, so in the long run some are opened in another one. */
  const dress = async (theme: Theme): Promise<void> => {
    if (process.env['TEST_LONG']) await window.setTheme(theme);
  };
  const picture = (name: string): Promise<string> => window.picture(`deeds-${name}`);
  const dismissToasts = async (): Promise<void> => window.command('Notifications: Clear All Notifications');

  await ui.check('a message goes from its row, from the palette and by a key into the inbox', async () => {
    begin('agent-1', { task: 'refactor auth', status: 'working' });
    begin('agent-2', { task: 'fix login', status: 'working' });
    begin('agent-3', { task: 'run tests', status: 'working' });
    await has(agents, /^agent-1 \| working/, /^agent-2 \| working/, /^agent-3 \| working/);
    await press(rowOf(agents, 'agent-1'), 'Message Agent');
    await step('Message Agent');
    await page.keyboard.press('Enter');
    await page.locator('.quick-input-message', { hasText: 'An empty message says nothing' }).waitFor();
    await picture('message');
    await window.answer('from the row');
    await status('Sent to agent-1.');
    assert.deepEqual(inbox('agent-1'), ['from the row']);

    await window.command('Signalbox: Message Agent');
    await step('Message Agent');
    await picture('pick-agent');
    await window.pick('agent-2');
    await window.answer('from the palette');
    await status('Sent to agent-2.');
    assert.deepEqual(inbox('agent-2'), ['from the palette']);

    await rowOf(agents, 'agent-1').click();
    await focus(agents, 'agent-3');
    await page.keyboard.press('Alt+m');
    await step('Message Agent');
    await window.answer('by a key');
    await status('Sent to agent-3.');
    assert.deepEqual(inbox('agent-3'), ['by a key']);
  });

  await ui.check('a message to the fleet goes from the title, from the palette and by keys', async () => {
    await agents.hover();
    await agents.locator('.pane-header .action-label[aria-label^="Message Fleet"]').click();
    await step('Message Fleet');
    await window.answer('from the title');
    await status('Sent to 3 agents.');
    await window.command('Signalbox: Message Fleet');
    await step('Message Fleet');
    await window.answer('from the palette');
    await status('Sent to 3 agents.');
    await focus(agents, 'agent-1');
    await page.keyboard.press('Alt+a');
    await page.keyboard.press('m');
    await step('Message Fleet');
    await window.answer('by keys');
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    const texts = ['from the title', 'from the palette', 'by keys'];
    await until('all messages', () => library.run('XLEN', 'agent:inbox:agent-3').join('') === '3');
    for (const agent of ['agent-1', 'agent-2', 'agent-3']) assert.deepEqual(inbox(agent), texts);
  });

  await ui.check('an agent is paused and goes on from its row, from the palette and by keys', async () => {
    await press(rowOf(agents, 'agent-1'), 'Pause Agent');
    await step('Pause Agent');
    await window.answer('red build');
    await has(agents, /^agent-1 \| .*paused/);
    assert.equal(pausedBy('agent-1'), 'red build');
    await look('paused-row', rowOf(agents, 'agent-1'));
    await press(rowOf(agents, 'agent-1'), 'Resume Agent');
    await status('agent-1 goes on.');
    assert.equal(pausedBy('agent-1'), 'none');

    await window.command('Signalbox: Pause Agent');
    await window.pick('agent-2');
    await step('Pause Agent');
    await window.answer('');
    await has(agents, /^agent-2 \| .*paused/);
    await window.command('Signalbox: Resume Agent');
    await window.pick('agent-2');
    await status('agent-2 goes on.');

    await focus(agents, 'agent-3');
    await page.keyboard.press('Alt+p');
    await step('Pause Agent');
    await window.answer('wait');
    await has(agents, /^agent-3 \| .*paused/);
    await focus(agents, 'agent-3');
    await page.keyboard.press('Alt+Shift+p');
    await status('agent-3 goes on.');
    assert.equal(pausedBy('agent-3'), 'none');
  });

  await ui.check('the fleet is paused from the title, and who is resumed alone is told why it stays', async () => {
    await agents.hover();
    await agents.locator('.pane-header .action-label[aria-label^="Pause Fleet"]').click();
    await step('Pause Fleet');
    await window.answer('lunch');
    await has(agents, /^agent-1 \| .*paused/, /^agent-2 \| .*paused/);
    assert.equal(pausedBy('*'), 'lunch');
    await press(rowOf(agents, 'agent-2'), 'Resume Agent');
    const toast = page.locator('.notification-toast', { hasText: 'agent-2 stays paused' });
    await toast.waitFor();
    await picture('stays-paused');
    await toast.locator('.monaco-button', { hasText: 'Resume Fleet' }).click();
    await window.rowsWhen(agents, (rows) => rows.every((row) => !row.description.includes('paused')));
    assert.equal(pausedBy('*'), 'none');

    await window.command('Signalbox: Pause Fleet');
    await step('Pause Fleet');
    await window.answer('');
    await has(agents, /^agent-1 \| .*paused/);
    await agents.hover();
    await agents.locator('.pane-header .action-label[aria-label^="Resume Fleet"]').click();
    await status('The fleet goes on.');
    await focus(agents, 'agent-1');
    await page.keyboard.press('Alt+a');
    await page.keyboard.press('p');
    await step('Pause Fleet');
    await window.answer('');
    await has(agents, /^agent-1 \| .*paused/);
    await focus(agents, 'agent-1');
    await page.keyboard.press('Alt+a');
    await page.keyboard.press('r');
    await window.rowsWhen(agents, (rows) => rows.every((row) => !row.description.includes('paused')));
  });

  await ui.check('a claim is handed over from its row, from the palette, by a key and from the hover', async () => {
    library.claim('agent-1', ['src/auth/login.ts'], hour, 'refactor auth');
    void library.stand('agent-3', 'src/auth/login.ts', hour, 'run tests');
    await has(claims, /^login.ts \| agent-1 · .*agent-3 waits/);
    await look('claim-row', rowOf(claims, 'login.ts'));
    await dress('Default Light Modern');
    await press(rowOf(claims, 'login.ts'), 'Hand Over');
    await step('Hand Over src/auth/login.ts');
    const listed = page.locator('.quick-input-list .monaco-list-row .label-name');
    assert.deepEqual(await listed.allInnerTexts(), ['agent-3', 'agent-2', 'Me']);
    await picture('hand-over');
    await window.pick('agent-2');
    await step('Hand Over Claim');
    await picture('hand-over-reason');
    await window.answer('you know it');
    await status('Handed src/auth/login.ts to agent-2.');
    await has(claims, /^login.ts \| agent-2 · /);
    assert.equal(lockOn('src/auth/login.ts').holder, 'agent-2');
    assert.match(inbox('agent-2').join(), /you know it/);

    await window.command('Signalbox: Hand Over Claim');
    await step('Hand Over Claim');
    await window.pick('src/auth/login.ts');
    await step('Hand Over src/auth/login.ts');
    await window.pick('agent-1');
    await step('Hand Over Claim');
    await window.answer('');
    await has(claims, /^login.ts \| agent-1 · /);

    await focus(claims, 'login.ts');
    await page.keyboard.press('Alt+o');
    await step('Hand Over src/auth/login.ts');
    await window.pick('agent-2');
    await step('Hand Over Claim');
    await window.answer('');
    await has(claims, /^login.ts \| agent-2 · /);

    await window.openFile('login.ts');
    await window.markWhen((mark) => mark.startsWith('agent-2'));
    const hover = await window.hover(page.locator('.monaco-editor .view-line').first());
    assert.match(hover, /Message… · Pause… · Hand Over… · Break… · Compare/);
    await picture('hover');
    await page.locator('.monaco-hover:visible a', { hasText: 'Hand Over…' }).click();
    await step('Hand Over src/auth/login.ts');
    await window.pick('agent-1');
    await step('Hand Over Claim');
    await window.answer('');
    await has(claims, /^login.ts \| agent-1 · /);
  });

  await ui.check('who comes second is told what happened meanwhile', async () => {
    await dress('Default High Contrast');
    await press(rowOf(claims, 'login.ts'), 'Hand Over');
    await step('Hand Over src/auth/login.ts');
    await window.pick('agent-2');
    await step('Hand Over Claim');
    const { token = '' } = lockOn('src/auth/login.ts');
    library.call('transfer', ['src/auth/login.ts'], 'bob@laptop', 'agent-3', token, String(hour), 'quicker');
    await window.answer('too late');
    const toast = page.locator('.notification-toast', { hasText: 'src/auth/login.ts is held by agent-3 by now' });
    await toast.waitFor();
    assert.match(await toast.innerText(), /Nothing was changed\./);
    await picture('changed');
    assert.equal(lockOn('src/auth/login.ts').holder, 'agent-3');
    await dismissToasts();
  });

  await ui.check('a claim is broken for a reason, from its row, from the palette and by a key', async () => {
    await press(rowOf(claims, 'login.ts'), 'Break');
    await step('Break Claim');
    await page.keyboard.press('Enter');
    await page.locator('.quick-input-message', { hasText: 'A reason is needed' }).waitFor();
    await picture('break');
    await window.answer('stuck for an hour');
    await status('Broke the claim of agent-3 on src/auth/login.ts.');
    await window.rowsWhen(claims, (rows) => rows.length === 0);
    assert.match(inbox('agent-3').join(), /stuck for an hour/);

    library.run('SET', 'lock:src/db/schema.ts', 'agent-7');
    library.claim('agent-1', ['src/api/routes.ts'], hour, 'x');
    await has(claims, /^schema.ts \| agent-7/, /^routes.ts \| agent-1/);
    await window.command('Signalbox: Break Claim');
    await window.pick('src/db/schema.ts');
    await step('Break Claim');
    await window.answer('left over');
    await status('Broke the claim of agent-7 on src/db/schema.ts.');
    assert.deepEqual(library.run('EXISTS', 'lock:src/db/schema.ts'), ['0']);
    await focus(claims, 'routes.ts');
    await page.keyboard.press('Alt+b');
    await step('Break Claim');
    await window.answer('by a key');
    await status('Broke the claim of agent-1 on src/api/routes.ts.');
    await window.rowsWhen(claims, (rows) => rows.length === 0);
  });

  /** What a session's hook calls here. */
  const hook = (session: string, root: string, pid: string, fields: Record<string, string>): void => {
    const all = Object.entries({ session_id: session, ...fields });
    const text = all.map(([name, value]) => `"${name}":${JSON.stringify(value)}`).join('\n');
    library.call('hook', [], hostname(), root, '', text, pid, 'main', 'sh 1.1.0', '');
  };

  await ui.check(
    'the terminal of a session comes to the front from its rows, from the palette and by a key',
    async () => {
      const script = path.join(folder, 'session.sh');
      const fields = '"session_id":"in-terminal"\n"hook_event_name":"SessionStart"\n"session_title":"Terminal session"';
      const call = `FCALL signalbox_hook 1 agent:seq "$(hostname)" "$PWD" '' '${fields}' $$ main 'sh 1.1.0' ''`;
      writeFileSync(script, `'${ui.redis.cli}' -p ${server.port} ${call}\nexec sleep 600\n`);
      await window.command('Terminal: Create New Terminal');
      await page.locator('.terminal.xterm').first().waitFor();
      await page.keyboard.type(`sh '${script}'\n`, { delay: 5 });
      await has(agents, /^Terminal session \| /);
      await window.command('Terminal: Create New Terminal');
      const tabs = page.locator('.terminal-tabs-entry, .terminal-tabs-chevron-container').first();
      await tabs.waitFor();
      const front = page.locator('.tabs-list .monaco-list-row.selected');
      const second = await front.getAttribute('data-index');
      const shown = async (): Promise<void> => {
        await until('the first terminal', async () => (await front.getAttribute('data-index')) !== second);
        await page.locator('.tabs-list .monaco-list-row').last().click();
        await until('the second terminal', async () => (await front.getAttribute('data-index')) === second);
      };
      const pid = /process (\d+)/.exec(await window.hover(rowOf(agents, 'Terminal session')))?.[1] ?? '';
      hook('in-terminal', folder, pid, { hook_event_name: 'PermissionRequest', tool_name: 'Bash' });
      await has(attention, /^Terminal session \| /);
      await rowOf(attention, 'Terminal session').hover();
      const buttons = rowOf(attention, 'Terminal session').locator('.actions .action-label');
      assert.match((await buttons.first().getAttribute('aria-label')) ?? '', /^Show Terminal/);
      await look('waiting-row', rowOf(attention, 'Terminal session'));
      await press(rowOf(attention, 'Terminal session'), 'Show Terminal');
      await shown();
      await press(rowOf(agents, 'Terminal session'), 'Show Terminal');
      await shown();
      await window.command('Signalbox: Show Terminal');
      await window.pick('Terminal session');
      await shown();
      await focus(agents, 'Terminal session');
      await page.keyboard.press('Alt+Enter');
      await shown();
      await focus(agents, 'agent-1');
      await page.keyboard.press('Alt+Enter');
      await page.locator('.notification-toast', { hasText: 'Nothing tells in which process agent-1 runs' }).waitFor();
      await picture('no-terminal');
      await dismissToasts();
      await window.command('Terminal: Kill All Terminals');
    },
  );

  await ui.check('a contested file stands beside how it was committed, or beside the other’s', async () => {
    const [one, two] = ['one', 'two'].map((name) => path.join(ui.folder(), name)) as [string, string];
    const git = (...args: string[]): void => {
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: one, stdio: 'ignore' });
    };
    makeShop(one);
    git('init');
    git('add', '.');
    git('commit', '-m', 'x');
    git('worktree', 'add', two);
    const edit = (root: string, text: string): void =>
      writeFileSync(path.join(root, 'src/db/schema.ts'), `/* schema */\n\n${text}\n`);
    edit(one, 'export const columns = 3;');
    edit(two, 'export const columns = 4;');
    const about = (session: string): Record<string, string> => ({
      hook_event_name: 'SessionStart',
      session_title: session,
    });
    hook('one', one, String(process.pid), about('Checkout'));
    library.claim('one', ['src/db/schema.ts'], hour, 'add a column');
    await has(claims, /^schema.ts \| Checkout · /);
    const tab = (title: string): Promise<void> =>
      page.locator('.tabs-container .tab.active', { hasText: title }).waitFor();
    await focus(claims, 'schema.ts');
    await page.keyboard.press('Alt+d');
    await tab('schema.ts (last commit ↔ Checkout)');
    await page.locator('.diff-editor .line-insert, .monaco-diff-editor .line-insert').first().waitFor();
    await look('compare-commit');
    hook('two', two, String(process.pid), about('Invoices'));
    void library.stand('two', 'src/db/schema.ts', hour, 'drop a column');
    await has(claims, /^schema.ts \| Checkout · .*Invoices waits/);
    await rowOf(claims, 'schema.ts').click({ button: 'right' });
    await page.locator('.monaco-menu .action-label', { hasText: 'Compare' }).waitFor();
    await picture('claim-menu');
    await page.locator('.monaco-menu .action-label', { hasText: 'Compare' }).click();
    await tab('schema.ts (Checkout ↔ Invoices)');
    await look('compare-trees');
    await window.command('View: Close All Editors');
    await window.command('Signalbox: Compare');
    await step('Compare');
    await window.pick('src/db/schema.ts');
    await tab('schema.ts (Checkout ↔ Invoices)');
  });

  await ui.check('what needs nobody any more is dismissed from its row, from the palette and by a key', async () => {
    for (const text of ['one', 'two', 'three']) library.run('PUBLISH', 'agent:events', `error:${text}`);
    await has(attention, /\bone\b/, /\btwo\b/, /\bthree\b/);
    const lacks = (text: string): Promise<TreeRow[]> =>
      window.rowsWhen(attention, (rows) => !lines(rows).some((line) => line.includes(text)));
    await press(rowOf(attention, 'one'), 'Dismiss');
    await lacks('one');
    await window.command('Signalbox: Dismiss');
    await step('Dismiss');
    await picture('dismiss');
    await window.pick('two');
    await lacks('two');
    await focus(attention, 'three');
    await page.keyboard.press('Delete');
    await lacks('three');
  });

  await ui.check('without a connection each says so, and nothing hangs', async () => {
    library.end();
    await server.stop();
    await page.locator('.pane-body .message', { hasText: /./ }).first().waitFor();
    await focus(agents, 'agent-1');
    await page.keyboard.press('Alt+m');
    await page
      .locator('.notification-toast', { hasText: 'There is no connection to Redis now, so nothing was done' })
      .waitFor();
    await picture('away');
  });
}

async function until(what: string, done: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 15_000; !(await done());) {
    if (Date.now() > end) throw new Error(`Waited in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
