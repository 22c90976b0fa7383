import assert from 'node:assert/strict';
import type { PanelSuite } from '../support/panelSuite.mts';
import type { PanelPage } from '../support/panelPage.mts';
import { panelScenes } from '../support/panelScenes.mts';

async function assertKept({ page }: PanelPage): Promise<void> {
  await page.locator('#latency .chart-table').waitFor();
  assert.equal(await page.getByLabel('Channels to show').inputValue(), '*:sync');
  assert.equal(await page.getByLabel('Message to publish').inputValue(), '{"half":');
  assert.equal(await page.getByLabel('Channel to publish on').inputValue(), 'some:channel');
  assert.equal(await page.locator('vscode-text-field').evaluate(valueOf), 'req-2');
  assert.equal(await page.getByLabel('Time range').inputValue(), '900');
  assert.match(await page.locator('.console-status').innerText(), /not following/);
}

// oxlint-disable-next-line no-implied-eval, typescript/no-implied-eval -- Our own text, and run in the page.
const valueOf = new Function('field', 'return field.value') as (field: unknown) => string;

/** What a person set stays over a reload and a restart of the window; what is not in sight costs nothing. */
export async function run(suite: PanelSuite): Promise<void> {
  const { scene, host, panel } = await suite.show('busy');
  const { page } = panel;

  await suite.check('it keeps what was set over a reload', async () => {
    await page.getByLabel('Time range').selectOption({ label: 'Last 15 min' });
    await page.locator('#latency .chart-toggle').click();
    await page.locator('#console vscode-text-field').first().locator('input').fill('req-2');
    await page.getByLabel('Channels to show').fill('*:sync');
    await page.getByLabel('Channel to publish on').fill('some:channel');
    await page.getByLabel('Message to publish').fill('{"half":');
    await page.locator('.console-list').focus();
    await page.keyboard.press('PageUp');
    // The page that goes writes down what is not written yet.
    await page.reload();
    await page.locator('#console').waitFor();
    await host.settled();
    await assertKept(panel);
  });

  await suite.check('it leads back to the line that was selected, where it stood', async () => {
    const place = async (): Promise<unknown> =>
      page.evaluate(`[
        document.querySelector('.console-list').scrollTop,
        document.querySelector('.console-row[aria-selected="true"]')?.textContent,
        document.querySelector('.console-detail').textContent,
        scrollY,
      ]`);
    await page.locator('vscode-text-field').first().locator('input').fill('');
    await page.getByLabel('Channels to show').fill('');
    await page.locator('.console-list').focus();
    for (const key of ['PageUp', 'PageUp', 'PageUp', 'ArrowDown']) await page.keyboard.press(key);
    await page.keyboard.press('Enter');
    await host.until(({ done }) => done.some(([what]) => what === 'show'));
    await page.evaluate(`window.scrollTo(0, 60)`);
    // Scrolling is written down once it rests.
    const scrolled = async (): Promise<number> =>
      ((await panel.kept()) as { console: { place: { scroll: number } } }).console.place.scroll;
    for (let i = 0; i < 50 && (await scrolled()) !== 60; i++) await panel.drawn();
    assert.equal(await scrolled(), 60);
    const before = await place();
    await page.reload();
    await page.locator('#console').waitFor();
    await host.settled();
    await page.locator('.console-row[aria-selected="true"]').waitFor();
    assert.deepEqual(await place(), before);
    await page.locator('#console vscode-text-field').first().locator('input').fill('req-2');
    await page.getByLabel('Channels to show').fill('*:sync');
    await page.locator('.console-list').press('PageUp');
    await panel.drawn();
  });

  await suite.check('it keeps it over a restart of the window', async () => {
    const again = await suite.show(panelScenes.quiet(), { kept: await panel.kept() });
    await assertKept(again.panel);
  });

  await suite.check('what was kept by another version, or is damaged, does no harm', async () => {
    for (const kept of ['text', 7, [], { v: 2, view: { range: -1 }, console: { patterns: 'x', marks: ['no'] } }]) {
      const { panel: other } = await suite.show(panelScenes.empty(), { kept });
      assert.match(await other.page.locator('.console-status').innerText(), /0 shown .* following/);
    }
  });

  await suite.check('nothing is drawn, changed or said while it is hidden', async () => {
    await host.hide(true);
    await host.settled();
    await page.evaluate(`new MutationObserver((seen) => (globalThis.changes = (globalThis.changes ?? 0) + seen.length))
      .observe(document, { subtree: true, childList: true, attributes: true, characterData: true })`);
    const [drawings, told, posted] = [await panel.drawings(), host.told.length, panel.posted.length];
    for (let i = 0; i < 5; i++) {
      for (let number = 0; number < 20; number++) scene.event(`hidden:${String(i * 20 + number)}`);
      host.pass();
    }
    await panel.drawn();
    assert.equal(host.told.length, told);
    assert.equal(panel.posted.length, posted);
    assert.equal(await panel.drawings(), drawings);
    assert.equal(await page.evaluate('globalThis.changes ?? 0'), 0);
  });

  await suite.check('and nothing of it is missing afterwards', async () => {
    await host.hide(false);
    await page.locator('#console vscode-text-field').first().locator('input').fill('hidden:');
    await page.getByLabel('Channels to show').fill('');
    await host.settled();
    await page.locator('.console-status', { hasText: '100 shown' }).waitFor();
  });
}
