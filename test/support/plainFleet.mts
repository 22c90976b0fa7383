import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { startLocalServer, type LocalServer } from '../../src/redis/localServer.ts';
import type { Ui } from './ui.mts';
import type { Theme } from './vscodeSettings.mts';
import type { Workbench } from './workbench.mts';

/** The looks in which a view is to be seen, by what their pictures are called. */
export const themes: readonly (readonly [name: string, theme: Theme])[] = [
  ['dark', 'Default Dark Modern'],
  ['light', 'Default Light Modern'],
  ['high-contrast', 'Default High Contrast'],
];

/** A server of its own with redis-cli beside it, as agents use it that have nothing else. */
export async function plainServer(
  ui: Ui,
): Promise<{ readonly server: LocalServer; readonly cli: (...args: string[]) => string }> {
  const server = await startLocalServer({ binary: ui.redis.server });
  ui.atEnd(() => server.stop());
  const cli = (...args: string[]): string => {
    assert.ok(ui.redis.cli, 'redis-cli is there');
    return execFileSync(ui.redis.cli, ['-p', String(server.port), ...args], { encoding: 'utf8' }).trim();
  };
  return { server, cli };
}

/** A window that a person has connected to this server, in which the views of these titles were folded or unfolded. */
export async function connectedWindow(
  ui: Ui,
  { url }: LocalServer,
  turned: readonly string[],
  height = 1_000,
): Promise<Workbench> {
  const window = await ui.open({ viewport: { width: 1280, height } });
  await window.openContainer('Signalbox');
  await window.command('Signalbox: Connect to Redis');
  await window.page.locator('.quick-input-title', { hasText: 'Connect to Redis' }).waitFor();
  await window.answer(url);
  await window.view('Agents');
  for (const title of turned) await window.page.locator('.pane-header', { hasText: title }).click();
  return window;
}
