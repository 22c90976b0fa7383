import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { startLocalServer, type LocalServer } from '../../../src/redis/localServer.ts';
import { loadingServer, oldServer, silentServer, webServer } from '../../support/oddServers.mts';
import { root } from '../../support/paths.mts';
import type { Ui } from '../../support/ui.mts';
import type { Theme } from '../../support/vscodeSettings.mts';
import type { Workbench } from '../../support/workbench.mts';

const themes: readonly (readonly [name: string, theme: Theme])[] = [
  ['dark', 'Default Dark Modern'],
  ['light', 'Default Light Modern'],
  ['high-contrast', 'Default High Contrast'],
];
const long = Boolean(process.env['TEST_LONG']);
const tls = (name: string): string => path.join(root, 'test/fixtures/tls', name);

/** Looks at what is now shown: in the dark, and in the long run in the light and in high contrast. */
async function look(window: Workbench, name: string): Promise<void> {
  await window.page.mouse.move(900, 300);
  for (const [suffix, theme] of long ? themes : themes.slice(0, 1)) {
    await window.setTheme(theme);
    await window.picture(`state-${name}-${suffix}`);
  }
}

async function connect(window: Workbench, url: string): Promise<void> {
  await window.command('Signalbox: Connect to Redis');
  await window.page.locator('.quick-input-title', { hasText: 'Connect to Redis' }).waitFor();
  await window.answer(url);
}

/** Every way a connection can go wrong, as it is told in the installed extension: once, in words, with a way out. */
export async function run(ui: Ui): Promise<void> {
  const window = await ui.open();
  const { page } = window;
  await window.openContainer('Signalbox');
  const serve = async (...args: string[]): Promise<LocalServer> => {
    const server = await startLocalServer({ binary: ui.redis.server, args });
    ui.atEnd(() => server.stop());
    return server;
  };
  const cli = (server: LocalServer, ...args: string[]): void => {
    assert.ok(ui.redis.cli, 'redis-cli is there');
    execFileSync(ui.redis.cli, ['-p', String(server.port), ...args]);
  };
  const giveUp = async (): Promise<void> => {
    // The box of the address may still be closing; it is the question that follows which is not answered.
    await page.locator('.quick-input-message', { hasText: 'User name' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  };
  /** The sentence above the agents, the ways out below it, and no toast. */
  const told = async (name: string, sentence: RegExp, ways: readonly string[]): Promise<void> => {
    const agents = await window.view('Agents');
    await agents.locator('.message', { hasText: sentence }).waitFor();
    const rows = await window.rowsWhen(agents, (all) => all[0]?.label === ways[0]);
    assert.deepEqual(
      rows.map((row) => row.label),
      [...ways, 'Show Log'],
    );
    assert.ok(rows.every((row) => row.ariaLabel.startsWith(row.label)));
    assert.deepEqual(await window.notifications(), []);
    await look(window, name);
  };
  /** Rows under Needs Attention, with a connection that works, and no toast. */
  const toldBeside = async (name: string, labels: readonly string[], spoken: RegExp): Promise<void> => {
    const attention = await window.view('Needs Attention');
    const sorted = (all: readonly { label: string }[]): string =>
      JSON.stringify(all.map((row) => row.label).toSorted());
    const wanted = JSON.stringify(labels.toSorted());
    const rows = await window.rowsWhen(attention, (all) => sorted(all) === wanted);
    assert.match(rows.map((row) => row.ariaLabel).join('\n'), spoken);
    assert.deepEqual(await window.notifications(), []);
    await look(window, name);
  };

  await ui.check('nothing listens', async () => {
    await connect(window, 'redis://127.0.0.1:1');
    await told('unreachable', /Nothing answers at/, ['Start a Local Redis', 'Connect to Redis…']);
  });

  await ui.check('no such host', async () => {
    await connect(window, 'redis://no-such-host.invalid');
    await told('no-such-host', /There is no host named/, ['Connect to Redis…', 'Start a Local Redis']);
  });

  await ui.check('not a Redis', async () => {
    const web = await webServer();
    ui.atEnd(() => web.close());
    await connect(window, web.url);
    await told('not-redis', /is not a Redis server/, ['Connect to Redis…', 'Start a Local Redis']);
  });

  if (long) {
    await ui.check('a host that never answers', async () => {
      const silent = await silentServer();
      ui.atEnd(() => silent.close());
      await connect(window, silent.url);
      await told('timeout', /does not answer/, ['Connect to Redis…', 'Start a Local Redis']);
    });

    await ui.check('a server that is loading', async () => {
      const loading = await loadingServer();
      ui.atEnd(() => loading.close());
      await connect(window, loading.url);
      await told('loading', /is loading its data/, ['Connect to Redis…']);
    });
  }

  await ui.check('a password that is wrong is asked for again, by a row too', async () => {
    const guarded = await serve('--requirepass', 'secret');
    await connect(window, guarded.url.replace('redis://', 'redis://:wrong@'));
    await giveUp();
    await told('wrong-password', /refused the user name or password/, ['Enter Password…', 'Connect to Redis…']);
    const agents = await window.view('Agents');
    await agents.locator('.monaco-list-row', { hasText: 'Enter Password…' }).click();
    await page.locator('.quick-input-message', { hasText: 'User name' }).waitFor();
    await window.answer('');
    await page.locator('.quick-input-widget:visible input[type="password"]').waitFor();
    await window.picture('state-enter-password-dark');
    await window.answer('secret');
    await agents.locator('.welcome-view-content', { hasText: 'no agent has published' }).waitFor();
  });

  await ui.check('a password that is needed', async () => {
    const guarded = await serve('--requirepass', 'secret');
    await connect(window, guarded.url);
    await giveUp();
    await told('password-needed', /asks for a password/, ['Enter Password…', 'Connect to Redis…']);
  });

  const plain = await serve();
  if (long) {
    // A plain server is silent to a TLS greeting, which takes 5 s to be told from a slow one.
    await ui.check('TLS where there is none, mended by a row', async () => {
      await connect(window, plain.url.replace('redis:', 'rediss:'));
      await told('tls-unwanted', /does not speak TLS/, ['Connect without TLS', 'Connect to Redis…']);
      const agents = await window.view('Agents');
      await agents.locator('.monaco-list-row', { hasText: 'Connect without TLS' }).click();
      await agents.locator('.welcome-view-content', { hasText: 'no agent has published' }).waitFor();
    });
  }

  await ui.check('no TLS where it is wanted, and then a certificate that is not trusted', async () => {
    const files = ['--tls-cert-file', tls('server.pem'), '--tls-key-file', tls('server.key')];
    const free = await serve();
    await free.stop();
    const port = String(free.port);
    await serve('--tls-port', port, ...files, '--tls-ca-cert-file', tls('ca.pem'), '--tls-auth-clients', 'no');
    await connect(window, `redis://127.0.0.1:${port}`);
    await told('tls-wanted', /speaks TLS only/, ['Connect over TLS', 'Connect to Redis…']);
    const agents = await window.view('Agents');
    await agents.locator('.monaco-list-row', { hasText: 'Connect over TLS' }).click();
    await told('certificate', /certificates do not fit/, ['Open Settings', 'Connect to Redis…']);
    await agents.locator('.monaco-list-row', { hasText: 'Open Settings' }).click();
    await page.locator('.settings-editor', { hasText: 'Ca File' }).waitFor();
    await window.picture('state-settings-dark');
    await page.keyboard.press('Escape');
    await page.locator('.settings-editor').waitFor({ state: 'hidden' });
  });

  await ui.check('rights that are missing stand one by one, each with the line that gives it', async () => {
    cli(plain, 'ACL', 'SETUSER', 'bob', 'on', '>secret', '+hello', '+ping', '+client|setname', '+info');
    await connect(window, plain.url.replace('redis://', 'redis://bob:secret@'));
    const labels = ['Live states', 'Events', 'Stored states', 'Scanning for keys'];
    await toldBeside('missing-rights', labels, /ACL SETUSER bob \+subscribe &agent:state:sync/);
    const agents = await window.view('Agents');
    await agents.locator('.message', { hasText: 'this user lacks rights' }).waitFor();
    const attention = await window.view('Needs Attention');
    const row = attention.locator('.monaco-list-row', { hasText: 'Stored states' });
    const hover = await window.hover(row);
    assert.match(hover, /may not read the stored states/);
    assert.match(hover, /ACL SETUSER bob \+hscan %R~agent:state/);
    await window.picture('state-missing-right-hover-dark');
    await row.hover();
    await row.locator('a.action-label[aria-label*="Copy ACL Line"]').click();
    const line = 'ACL SETUSER bob +hscan %R~agent:state';
    await page.waitForFunction(`navigator.clipboard.readText().then((text) => text === ${JSON.stringify(line)})`);
  });

  await ui.check('a replica, an old server, another database', async () => {
    const replica = await serve('--replicaof', `127.0.0.1 ${String(plain.port)}`);
    await connect(window, replica.url);
    await toldBeside('replica', ['Read-only replica'], /nothing can be published or claimed/);
    const old = await oldServer(plain.port);
    ui.atEnd(() => old.close());
    await connect(window, old.url);
    const attention = await window.view('Needs Attention');
    await window.rowsWhen(attention, (all) => /^(redis|valkey) 6\.2/.test(all[0]?.label ?? ''));
    await look(window, 'old-server');
    await connect(window, `${plain.url}/3`);
    await toldBeside('database', ['Database 3'], /Give the fleet a namespace/);
  });

  if (long) {
    await ui.check('in German, where the window is', async () => {
      const german = await ui.open({ language: 'de' });
      const sideBar = await german.openContainer('Signalbox');
      await sideBar.locator('.welcome-view-content a.monaco-button', { hasText: 'Demo-Flotte starten' }).waitFor();
      await german.picture('state-german-welcome');
      await sideBar
        .locator('.welcome-view-content a.monaco-button', { hasText: 'Mit Redis verbinden' })
        .first()
        .click();
      await german.page.locator('.quick-input-title', { hasText: 'Mit Redis verbinden' }).waitFor();
      await german.answer('redis://127.0.0.1:1');
      const agents = await german.view('Agenten');
      await agents.locator('.message', { hasText: 'antwortet nichts' }).waitFor();
      await german.picture('state-german');
    });
  }
}
