import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import type { Locator } from 'playwright-core';
import { personName } from '../../../src/protocol/person.ts';
import { startLocalServer } from '../../../src/redis/localServer.ts';
import { HookPrograms } from '../../support/hookPrograms.ts';
import { makeShop } from '../../support/shop.mts';
import type { Ui } from '../../support/ui.mts';
import type { Theme } from '../../support/vscodeSettings.mts';
import type { TreeRow } from '../../support/workbench.mts';

const themes: readonly (readonly [name: string, theme: Theme])[] = [
  ['light', 'Default Light Modern'],
  ['high-contrast', 'Default High Contrast'],
  ['dark', 'Default Dark Modern'],
];
const ns = 'shop-3f2a:';
const me = personName(userInfo().username, hostname());

interface Denial {
  hookSpecificOutput?: { permissionDecision?: string; permissionDecisionReason?: string };
}

/** A person who claims files by hand and by editing them, beside an agent whose hook is the real script. */
export async function run(ui: Ui): Promise<void> {
  const server = await startLocalServer({ binary: ui.redis.server });
  ui.atEnd(() => server.stop());
  const hooks = new HookPrograms(ns, server.url);
  ui.atEnd(() => hooks.dispose());
  const folder = hooks.repository;
  makeShop(folder);
  hooks.git('add', '.');
  hooks.git('-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '-q', '-m', 'shop');
  const settings = { 'files.autoSave': 'off', 'editor.minimap.enabled': false };
  const window = await ui.open({ target: { folder }, viewport: { width: 1280, height: 800 }, settings });
  const { page } = window;
  const client = new Redis(server.url);
  ui.atEnd(() => client.disconnect());
  await window.openContainer('Signalbox');
  await window.command('Signalbox: Connect to Redis');
  await page.locator('.quick-input-title', { hasText: 'Connect to Redis' }).waitFor();
  await window.answer(server.url);
  await window.statusItem.filter({ hasText: /0 agents/ }).waitFor();
  await window.setTheme('Default Dark Modern');
  // Nobody is to wait long for an answer that is a refusal, and who holds a file keeps it until they are done.
  await client.hset(`${ns}agent:config`, 'claims.wait', '300', 'claims.yieldAfter', '600000');
  await window.command('View: Show Explorer');
  const explorer = page.locator('.explorer-folders-view');
  const row = (label: string): Locator => explorer.locator('.monaco-list-row', { hasText: label }).first();

  const holder = async (resource: string): Promise<string | null> => {
    const text = await client.get(`${ns}lock:${resource}`);
    return text === null ? null : (JSON.parse(text) as { holder: string }).holder;
  };
  const until = async (what: string, isIt: () => Promise<boolean>): Promise<void> => {
    for (const end = Date.now() + 15_000; !(await isIt());) {
      if (Date.now() > end) throw new Error(`Waited in vain until ${what}.`);
      await page.waitForTimeout(50);
    }
  };
  const isMine = (resource: string): Promise<void> =>
    until(`${resource} is the person's`, async () => (await holder(resource)) === me);
  const isFree = (resource: string): Promise<void> =>
    until(`${resource} is free`, async () => (await holder(resource)) === null);
  const badge = (rows: TreeRow[], label: string): string | undefined =>
    rows.find((each) => each.label === label)?.badge;
  const edit = async (file: string): Promise<string> => {
    const printed = await hooks.run('sh', hooks.edit('PreToolUse', file));
    const { hookSpecificOutput } = JSON.parse(printed === '' ? '{}' : printed) as Denial;
    return hookSpecificOutput?.permissionDecision === 'deny'
      ? (hookSpecificOutput.permissionDecisionReason ?? '')
      : 'allowed';
  };
  const done = (file: string): Promise<string> => hooks.run('sh', hooks.edit('PostToolUse', file));
  const menu = async (target: Locator, label: string): Promise<void> => {
    await target.click({ button: 'right' });
    await page.locator('.monaco-menu .action-label', { hasText: label }).hover();
  };
  const look = async (name: string, begin = async (): Promise<void> => undefined): Promise<void> => {
    for (const [suffix, theme] of process.env['TEST_LONG'] ? themes : themes.slice(-1)) {
      await window.setTheme(theme);
      await begin();
      await window.picture(`human-${name}-${suffix}`);
    }
  };
  /** Types at the end of a line of the open file. */
  const type = async (line: number, text: string): Promise<void> => {
    await page.locator('.editor-instance .view-lines').first().click();
    await page.keyboard.press('Control+Home');
    for (let at = 1; at < line; at++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('End');
    await page.keyboard.type(text);
  };

  await ui.check('a file is claimed from the palette, marked as the person’s, and refused to an agent', async () => {
    await window.openFile('schema.ts');
    await window.command('Signalbox: Claim This File');
    await isMine('src/db/schema.ts');
    await window.markWhen((mark) => mark === 'claimed by you');
    await window.rowsWhen(explorer, (rows) => badge(rows, 'schema.ts') === 'ME');
    assert.match(await window.hover(row('schema.ts')), /Claimed by you/);
    const reason = await edit('src/db/schema.ts');
    assert.ok(reason.includes(me) && reason.includes('claimed by hand'), reason);
    await look('claimed');
  });

  await ui.check('one key gives it back and takes it again', async () => {
    for (const isToBeMine of [false, true, false]) {
      await page.locator('.editor-instance .view-lines').first().click();
      await page.keyboard.press('Control+K');
      await page.keyboard.press('Alt+C');
      await (isToBeMine ? isMine('src/db/schema.ts') : isFree('src/db/schema.ts'));
      await window.markWhen((mark) => mark === (isToBeMine ? 'claimed by you' : ''));
    }
    assert.equal(await edit('src/db/schema.ts'), 'allowed');
    await done('src/db/schema.ts');
  });

  await ui.check('the explorer’s menu claims a file or a folder, and then offers to release it', async () => {
    for (const [label, resource] of [
      ['README.md', 'README.md'],
      ['auth', 'src/auth/'],
    ] as const) {
      if (label === 'auth')
        await page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'auth' }).waitFor();
      await menu(row(label), 'Claim');
      if (label === 'README.md') await window.picture('human-menu');
      await page.keyboard.press('Enter');
      await isMine(resource);
      await window.rowsWhen(explorer, (rows) => badge(rows, label) === 'ME');
      await menu(row(label), 'Release');
      await page.keyboard.press('Enter');
      await isFree(resource);
    }
  });

  await ui.check('the menus of an editor and of its tab do, too', async () => {
    await window.openFile('server.ts');
    await menu(page.locator('.tabs-container .tab.active'), 'Claim');
    await page.keyboard.press('Enter');
    await isMine('src/api/server.ts');
    // A menu that is open does not change any more.
    await window.markWhen((mark) => mark === 'claimed by you');
    await menu(page.locator('.editor-instance .view-line').nth(2), 'Release');
    await page.keyboard.press('Enter');
    await isFree('src/api/server.ts');
  });

  await ui.check(
    'who meets an agent’s claim waits in line, sees for whom, and has it when the agent is done',
    async () => {
      await hooks.run('sh', hooks.input('SessionStart', { session_title: 'Refactor login' }));
      assert.equal(await edit('src/auth/login.ts'), 'allowed');
      await done('src/auth/login.ts');
      await window.openFile('login.ts');
      await window.markWhen((mark) => mark.includes('Refactor login'));
      await window.command('Signalbox: Claim This File');
      const pick = page.locator('.quick-input-list .monaco-list-row', { hasText: 'Wait in Line' });
      await pick.waitFor();
      await look('held');
      await pick.click();
      const progress = page.locator('.notification-toast', { hasText: 'In line for src/auth/login.ts' });
      await progress.filter({ hasText: /held by Refactor login, .* left/ }).waitFor();
      await window.picture('human-waiting');
      await hooks.run('sh', hooks.input('Stop'));
      await isMine('src/auth/login.ts');
      await page.locator('.notification-toast', { hasText: 'src/auth/login.ts is yours now.' }).waitFor();
      await window.markWhen((mark) => mark === 'claimed by you');
      await window.command('Notifications: Clear All Notifications');
      await window.command('Signalbox: Release This File');
      await isFree('src/auth/login.ts');
    },
  );

  await ui.check('a wait is left by its button, and the line with it', async () => {
    assert.equal(await edit('src/auth/login.ts'), 'allowed');
    await done('src/auth/login.ts');
    await window.command('Signalbox: Claim This File');
    await window.pick('Wait in Line', '');
    const progress = page.locator('.notification-toast', { hasText: 'In line for src/auth/login.ts' });
    await progress.waitFor();
    await until('the person stands in line', async () => (await client.zcard(`${ns}signalbox:queue`)) === 1);
    await progress.hover();
    await progress.locator('.monaco-button', { hasText: 'Cancel' }).click();
    await until('nobody stands in line', async () => (await client.zcard(`${ns}signalbox:queue`)) === 0);
  });

  await ui.check(
    'who types into a file that an agent holds is told so behind the line, and no longer than that',
    async () => {
      await type(3, ' // mine');
      await window.markWhen((mark) => /^Refactor login is editing this file \(\d+[ms].* left\)$/m.test(mark));
      assert.deepEqual(await window.notifications(), []);
      await look('hint');
      const hinted = page.locator('.view-line', { hasText: '// mine' });
      const hover = await window.hover(hinted.locator('span', { hasText: '// mine' }).last());
      assert.match(hover, /Claim This File · Message… · Pause… · Hand Over… · Break… · Compare/);
      await window.picture('human-hint-hover');
      await type(1, ' // mine');
      await window.markWhen((mark) => !mark.includes('is editing') && mark.includes('Refactor login'));
      await type(2, '// mine');
      await window.markWhen((mark) => mark.includes('is editing'));
      await hooks.run('sh', hooks.input('Stop'));
      await window.markWhen((mark) => mark === '');
      await page.keyboard.press('Control+S');
    },
  );

  await ui.check('with the setting, an agent is refused on a file with changes that are not saved', async () => {
    mkdirSync(path.join(folder, '.vscode'), { recursive: true });
    writeFileSync(
      path.join(folder, '.vscode', 'settings.json'),
      JSON.stringify({ 'signalbox.claims.dirtyFiles': true }),
    );
    await window.openFile('session.ts');
    await type(2, '// mine');
    await isMine('src/auth/session.ts');
    await window.markWhen((mark) => mark === 'claimed by you');
    const reason = await edit('src/auth/session.ts');
    assert.ok(reason.includes(me) && reason.includes('unsaved changes in the editor'), reason);
    assert.deepEqual(await window.notifications(), []);
    await window.picture('human-unsaved');
    await page.keyboard.press('Control+S');
    await isFree('src/auth/session.ts');
    assert.equal(await edit('src/auth/session.ts'), 'allowed');
    await done('src/auth/session.ts');
  });

  await ui.check(
    'what an agent holds stays its own, and the hint says it; reverting leaves nothing claimed',
    async () => {
      await type(2, '// mine');
      await window.markWhen((mark) => /^Refactor login is editing this file/m.test(mark));
      assert.notEqual(await holder('src/auth/session.ts'), me);
      await hooks.run('sh', hooks.input('Stop'));
      await isMine('src/auth/session.ts');
      await window.command('File: Revert File');
      await isFree('src/auth/session.ts');
    },
  );

  await ui.check('a window that ends gives back what it holds', async () => {
    await window.command('Signalbox: Claim This File');
    await isMine('src/auth/session.ts');
    await window.command('Developer: Reload Window');
    await isFree('src/auth/session.ts');
  });
}
