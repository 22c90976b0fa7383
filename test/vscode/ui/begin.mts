import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { barePing } from '../../../src/redis/barePing.ts';
import { startLocalServer, type LocalServer } from '../../../src/redis/localServer.ts';
import type { Ui } from '../../support/ui.mts';
import type { Workbench } from '../../support/workbench.mts';

const secret = 'open-sesame';

/** The offers of what was found, the passwords that come with them, and the places of files. */
export async function run(ui: Ui): Promise<void> {
  const serve = async (port?: number, ...args: string[]): Promise<LocalServer> => {
    const server = await startLocalServer({ binary: ui.redis.server, args, ...(port ? { port } : {}) });
    ui.atEnd(() => server.stop());
    return server;
  };
  const cliOf =
    (server: LocalServer, ...before: string[]) =>
    (...args: string[]): string => {
      assert.ok(ui.redis.cli, 'redis-cli is there');
      return execFileSync(ui.redis.cli, ['-p', String(server.port), ...before, ...args], { encoding: 'utf8' }).trim();
    };
  const button = (window: Workbench, text: string) =>
    window.page.locator('.welcome-view-content a.monaco-button', { hasText: text });

  const guarded = await serve(undefined, '--requirepass', secret);
  const guardedCli = cliOf(guarded, '--no-auth-warning', '-a', secret);
  guardedCli('HSET', 'agent:state', 'agent-1', '{"agent_id":"agent-1","state":{"task":"x","status":"done","ver":1}}');
  // The usual port is tried as well where this machine leaves it to us.
  const usual = (await barePing('127.0.0.1', 6379, 500)) === null ? await serve(6379).catch(() => null) : null;
  const userDataDir = ui.folder();
  const folder = ui.folder();
  const window = await ui.open({
    target: { folder },
    userDataDir,
    env: { ...process.env, REDIS_URL: guarded.url.replace('redis://', `redis://:${secret}@`) },
  });
  const { page } = window;
  /** The user's settings files, of which there is one for the machine with the workspace too. */
  const settings = (): string =>
    readdirSync(userDataDir, { recursive: true, encoding: 'utf8' })
      .filter((file) => path.basename(file) === 'settings.json')
      .map((file) => readFileSync(path.join(userDataDir, file), 'utf8'))
      .join('\n');

  await ui.check('what answers is offered beside the three ways to begin, and not read', async () => {
    await window.openContainer('Signalbox');
    await button(window, 'Connect to What REDIS_URL Names').waitFor();
    if (usual !== null) await button(window, 'Connect to localhost:6379').waitFor();
    for (const offer of ['Connect to Redis', 'Start a Local Redis', 'Start a Demo Fleet']) {
      await button(window, offer).first().waitFor();
    }
    const others = [
      ['light', 'Default Light Modern'],
      ['high-contrast', 'Default High Contrast'],
    ] as const;
    const dark = ['dark', 'Default Dark Modern'] as const;
    for (const [name, theme] of process.env['TEST_LONG'] ? [...others, dark] : [dark]) {
      await window.setTheme(theme);
      await window.picture(`begin-found-${name}`);
    }
    assert.ok(!(await page.locator('.part.sidebar').innerText()).includes(secret));
    const commands = guardedCli('INFO', 'commandstats');
    assert.doesNotMatch(commands, /cmdstat_(hscan|hgetall|scan|subscribe|hello|config\|get)/);
  });

  await ui.check('looking again finds what has come, and leaves out what went', async () => {
    if (usual === null) return;
    await usual.stop();
    await window.command('Signalbox: Look for Redis Servers');
    await button(window, 'Connect to localhost:6379').waitFor({ state: 'hidden' });
    await button(window, 'Connect to What REDIS_URL Names').waitFor();
  });

  await ui.check('the box for the address holds what was found, without its password', async () => {
    await button(window, 'Connect to Redis').first().click();
    const input = page.locator('.quick-input-widget:visible input.input');
    await input.waitFor();
    await page.locator('.quick-input-message', { hasText: 'Found:' }).waitFor();
    assert.equal(await input.inputValue(), guarded.url);
    await window.picture('begin-address-dark');
    await page.keyboard.press('Escape');
  });

  await ui.check('choosing REDIS_URL connects, and its password goes to the secret storage', async () => {
    await button(window, 'Connect to What REDIS_URL Names').click();
    const agents = await window.view('Agents');
    await window.rowsWhen(agents, (rows) => rows[0]?.label === 'agent-1');
    assert.ok(settings().includes(guarded.url), settings());
    assert.ok(!settings().includes(secret));
  });

  await ui.check('a password in a settings file is named once, and moved by a button', async () => {
    const file = path.join(folder, '.vscode', 'settings.json');
    mkdirSync(path.dirname(file));
    const other = await serve(undefined, '--requirepass', secret);
    writeFileSync(
      file,
      JSON.stringify({ 'signalbox.redis.url': other.url.replace('redis://', `redis://:${secret}@`) }),
    );
    const attention = await window.view('Needs Attention');
    const [row] = await window.rowsWhen(attention, (rows) => rows[0]?.label === 'Password in settings');
    assert.match(row?.ariaLabel ?? '', /whoever gets the repository can read/);
    assert.deepEqual(await window.notifications(), []);
    await window.command('Signalbox: Connect to Redis');
    const input = page.locator('.quick-input-widget:visible input.input');
    await page.locator('.quick-input-title', { hasText: 'Connect to Redis' }).waitFor();
    assert.equal(await input.inputValue(), other.url);
    await page.keyboard.press('Escape');
    const found = attention.locator('.monaco-list-row', { hasText: 'Password in settings' });
    await found.hover();
    await window.picture('begin-password-dark');
    await found.locator('a.action-label[aria-label*="Move Password"]').click();
    await window.rowsWhen(attention, (rows) => rows.length === 0);
    const agents = await window.view('Agents');
    await agents.locator('.welcome-view-content', { hasText: 'no agent has published' }).waitFor();
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), { 'signalbox.redis.url': other.url });
    assert.ok(!settings().includes(secret));
  });
}
