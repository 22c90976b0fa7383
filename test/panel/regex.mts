import assert from 'node:assert/strict';
import type { PanelSuite } from '../support/panelSuite.mts';
import { PanelScene } from '../support/panelScenes.mts';

const lineCount = 300;

/** An expression can be as bad as can be: the page goes on, and says so. */
export async function run(suite: PanelSuite): Promise<void> {
  const scene = new PanelScene(3).connect();
  for (let i = 0; i < lineCount; i++) {
    scene.event(i === 200 ? `note:${'a'.repeat(60)}b` : `note:line ${String(i)}`);
  }
  scene.host.pass();
  const { host, panel } = await suite.show(scene);
  const { page } = panel;
  const filter = page.locator('#console vscode-text-field').first().locator('input');
  const status = page.locator('.console-status');
  const rows = page.locator('.console-row:visible');

  await suite.check('an expression filters', async () => {
    await page.locator('#console vscode-checkbox', { hasText: 'Regex' }).click();
    await filter.fill('^note:line 1[0-9]$');
    await page.locator('.console-counts', { hasText: '10 shown' }).waitFor();
    assert.match(await rows.first().innerText(), /note:line 10/);
  });

  await suite.check('one that is none is said, and what was shown stays', async () => {
    await filter.fill('(unclosed');
    await page.locator('.console-problem', { hasText: /unterminated group/i }).waitFor();
    assert.match(await status.innerText(), /10 shown/);
  });

  await suite.check('one that would take for ever does not hang the page, and is said', async () => {
    await page.evaluate(`(() => {
      globalThis.frames60 = 0;
      const next = () => { globalThis.frames60 += 1; requestAnimationFrame(next); };
      next();
    })()`);
    await filter.fill('(a+)+$');
    await page.locator('.console-trouble', { hasText: 'takes too long' }).waitFor();
    assert.ok((await page.evaluate<number>('globalThis.frames60')) > 3);
    await panel.picture('panel-regex');
  });

  await suite.check('and the next one works', async () => {
    await filter.fill('a{60}b');
    await page.locator('.console-counts', { hasText: '1 shown' }).waitFor();
    scene.event(`note:${'a'.repeat(60)}b again`);
    await host.settled();
    await page.locator('.console-counts', { hasText: '2 shown' }).waitFor();
  });
}
