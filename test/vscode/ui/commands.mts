import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { startLocalServer } from '../../../src/redis/localServer.ts';
import type { Ui } from '../../support/ui.mts';
import type { Workbench } from '../../support/workbench.mts';

/** Waits until the open box or list has this title; what is typed before it is there would go into the one before. */
const step = (window: Workbench, title: string): Promise<void> =>
  window.page.locator('.quick-input-title', { hasText: title }).waitFor();

/** What a person does from the palette and from the views, with the installed VSIX. */
export async function run(ui: Ui): Promise<void> {
  const window = await ui.open();
  const { page } = window;
  const sideBar = await window.openContainer('Signalbox');

  await ui.check('the demo fleet starts from the welcome text and fills the views', async () => {
    await sideBar.locator('.welcome-view-content a.monaco-button', { hasText: 'Start a Demo Fleet' }).click();
    const agents = await window.view('Agents');
    await window.rowsWhen(agents, (rows) => rows.length >= 6, 30_000);
    const claims = await window.view('Claims');
    await window.rowsWhen(claims, (rows) => rows.length >= 2, 60_000);
    await page.locator('.notification-toast').first().waitFor({ state: 'detached' });
    await window.setTheme('Default Dark Modern');
    await window.picture('demo-dark');
  });

  await ui.check('a claimed file of the demo opens by a click, with its mark', async () => {
    const claims = await window.view('Claims');
    await claims.locator('.monaco-list-row', { hasText: /\.\w+/ }).first().click();
    await page.locator('.tabs-container .tab.active').waitFor();
    await page.waitForFunction(`[...document.querySelectorAll('.monaco-editor .view-line span')].some((span) =>
      /agent-\\d/.test(getComputedStyle(span, '::after').content))`);
    await window.picture('demo-editor');
  });

  await ui.check('stopping the demo returns to nothing configured', async () => {
    await window.command('Signalbox: Stop the Demo Fleet');
    await sideBar.locator('.welcome-view-content', { hasText: 'Start a Demo Fleet' }).waitFor();
  });

  const server = await startLocalServer({ binary: ui.redis.server });
  ui.atEnd(() => server.stop());

  await ui.check('a test payload is chosen, changed, checked and sent', async () => {
    await window.command('Signalbox: Connect to Redis');
    await step(window, 'Connect to Redis');
    await window.answer(server.url);
    const agents = await window.view('Agents');
    const offer = agents.locator('.welcome-view-content a.monaco-button', { hasText: 'Publish Test Payload' });
    await offer.waitFor();
    assert.ok(await offer.isVisible());
    await window.picture('demo-no-agents');
    await offer.click();
    await step(window, '(1 of 3)');
    await window.pick('agent:state:sync');
    await step(window, '(2 of 3)');
    await window.picture('publish-templates');
    await window.pick('Next state');
    await step(window, '(3 of 3)');
    const input = page.locator('.quick-input-widget:visible input.input');
    await input.fill('{"agent_id":"agent-test","state":{"task":"fileX"');
    await page.locator('.quick-input-message', { hasText: 'Agents would drop this' }).waitFor();
    await window.picture('publish-warning');
    await window.answer('{"agent_id":"agent-test","state":{"task":"fileX","status":"done","ver":1}}');
    await page.locator('.notification-toast', { hasText: '1 subscriber received it' }).waitFor();
    await window.rowsWhen(agents, (rows) => rows[0]?.label === 'agent-test' && rows[0].description === 'done · fileX');
    await window.picture('publish-sent');
  });

  await ui.check('the next templates follow the version that is known', async () => {
    await window.command('Signalbox: Publish Test Payload');
    await step(window, '(1 of 3)');
    await window.pick('agent:state:sync');
    await step(window, '(2 of 3)');
    await window.pick('Stale state');
    await step(window, '(3 of 3)');
    const input = page.locator('.quick-input-widget:visible input.input');
    assert.match(await input.inputValue(), /"ver":0/);
    await input.press('Enter');
    const agents = await window.view('Agents');
    const row = agents.locator('.monaco-list-row', { hasText: 'agent-test' });
    await page.locator('.statusbar-item[id="signalbox.signalbox.signalbox"]').hover();
    await page.locator('.monaco-hover:visible', { hasText: 'Dropped as stale 1' }).waitFor();
    await window.picture('status-bar-tooltip');
    await page.mouse.move(900, 300);
    await page.locator('.monaco-hover:visible').waitFor({ state: 'hidden' });
    assert.match(await window.hover(row), /1 update was not newer than this and was dropped/);
  });

  await ui.check('a server that wants a password is asked about in turn', async () => {
    const guarded = await startLocalServer({
      binary: ui.redis.server,
      args: ['--user', 'ann', 'on', '>secret', '~*', '&*', '+@all'],
    });
    ui.atEnd(() => guarded.stop());
    assert.ok(ui.redis.cli, 'redis-cli is there');
    execFileSync(ui.redis.cli, ['-p', String(guarded.port), 'ACL', 'SETUSER', 'default', 'off']);
    await window.command('Signalbox: Connect to Redis');
    await step(window, 'Connect to Redis');
    await window.answer(guarded.url);
    await page.locator('.quick-input-message', { hasText: 'User name' }).waitFor();
    const agents = await window.view('Agents');
    await agents.locator('.message', { hasText: 'password' }).waitFor();
    await window.picture('password-user');
    await window.answer('ann');
    await page.locator('.quick-input-widget:visible input[type="password"]').waitFor();
    await window.picture('password');
    await window.answer('secret');
    await agents.locator('.welcome-view-content', { hasText: 'no agent has published' }).waitFor();
  });

  await ui.check('the doctor lists what it found, with what mends it', async () => {
    await window.command('Signalbox: Check the Guard on Claude Code');
    await step(window, 'Claude Code is not guarded here');
    const found = page.locator('.quick-input-list .monaco-list-row', { hasText: 'There is no repository around' });
    await found.locator('.codicon-error').waitFor();
    await found.locator('.quick-input-list-entry', { hasText: 'Look from inside of the one' }).waitFor();
    await window.picture('doctor');
    await found.click();
    await page.locator('.statusbar-item', { hasText: 'Copied what to do.' }).waitFor();
  });

  await ui.check('disconnecting hides all but the offer to begin', async () => {
    await window.command('Signalbox: Disconnect');
    await sideBar.locator('.welcome-view-content', { hasText: 'Connect to Redis' }).waitFor();
    assert.equal(await sideBar.locator('.pane').count(), 1);
  });

  await ui.check('a local Redis starts and is left again', async () => {
    await sideBar.locator('.welcome-view-content a.monaco-button', { hasText: 'Start a Local Redis' }).click();
    await (
      await window.view('Agents')
    )
      .locator('.welcome-view-content', { hasText: 'no agent has published' })
      .waitFor();
    await window.command('Signalbox: Stop the Local Redis');
    await sideBar.locator('.welcome-view-content', { hasText: 'Start a Local Redis' }).waitFor();
  });
}
