import assert from 'node:assert/strict';
import type { PanelSuite } from '../support/panelSuite.mts';

/** What can be worked and is in sight, each with a number; run in the page. */
const controls = `(() => {
  const kinds = 'button, input, textarea, select, a[href], [tabindex], vscode-button, vscode-checkbox, vscode-text-field';
  const isReachable = (each) =>
    each.checkVisibility({ visibilityProperty: true }) && !each.hasAttribute('disabled') && each.getAttribute('tabindex') !== '-1';
  globalThis.toReach = [...document.querySelectorAll(kinds)].filter(isReachable);
  globalThis.reached = new Set();
  document.addEventListener('focusin', ({ target }) => reached.add(target));
  return toReach.length;
})()`;
const left = `toReach.filter((each) => each.checkVisibility() && !reached.has(each)).map((each) => each.outerHTML.slice(0, 200))`;

/** All that can be done with a mouse can be done with keys. */
export async function run(suite: PanelSuite): Promise<void> {
  const { host, panel } = await suite.show('busy');
  const { page } = panel;
  const chart = page.locator('#latency .chart-surface');
  const list = page.locator('.console-list');
  const announced = async (): Promise<string> => (await page.locator('[aria-live="polite"]').allInnerTexts()).join('');

  await suite.check('the first Tab offers to skip to the console', async () => {
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate('document.activeElement.id'), 'console');
  });

  await suite.check('Tab reaches each control, and leads out again', async () => {
    await page.evaluate('document.activeElement.blur()');
    const count = await page.evaluate<number>(controls);
    assert.ok(count > 25, String(count));
    for (let i = 0; i < 2 * count; i++) await page.keyboard.press('Tab');
    assert.deepEqual(await page.evaluate(left), []);
  });

  await suite.check('arrow keys move the cursor of all charts, and say what is there', async () => {
    await chart.focus();
    await page.keyboard.press('End');
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowLeft');
    assert.equal(await page.locator('.chart-cursor:visible').count(), 3);
    const places = await page.locator('.chart-cursor').evaluateAll(
      // oxlint-disable-next-line no-implied-eval, typescript/no-implied-eval -- Our own text, and run in the page.
      new Function('lines', 'return lines.map((line) => line.style.transform)') as (lines: unknown) => string[],
    );
    assert.equal(new Set(places.slice(1)).size, 1);
    await panel.drawn();
    await panel.drawn();
    assert.match(await announced(), /p50 .*p95 .*measured/);
  });

  await suite.check('Enter shows the durations of a column, and Escape takes them away', async () => {
    const shown = page.locator('#latency .chart-distribution');
    await page.keyboard.press('Enter');
    await shown.waitFor();
    const counts = await shown.locator('tbody tr td:last-child').allInnerTexts();
    const sum = counts.reduce((total, text) => total + Number(text), 0);
    const [, measured] = /(\d+) measured/.exec(await shown.innerText()) ?? [];
    assert.equal(sum, Number(measured));
    await panel.picture('panel-distribution');
    await page.keyboard.press('Escape');
    await shown.waitFor({ state: 'hidden' });
  });

  await suite.check('a time that is held can be let go where it is said, and the chart has the focus', async () => {
    const held = page.locator('.chart-pinned:visible');
    assert.equal(await held.count(), 0);
    await page.locator('#latency .chart-surface').focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    await held.first().waitFor();
    assert.match(await held.first().innerText(), /^✕ \d\d:\d\d:\d\d/);
    await held.first().focus();
    await page.keyboard.press('Enter');
    await page.locator('#latency .chart-time', { hasText: 'Latest' }).waitFor();
    assert.equal(await held.count(), 0);
    assert.equal(await page.evaluate('document.activeElement.className'), 'chart-surface');
    await page.keyboard.press('Escape');
    await page.locator('#latency .chart-distribution').waitFor({ state: 'hidden' });
  });

  await suite.check('a tile leads to its detail', async () => {
    await page.locator('[data-tile="queued"]').focus();
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate('document.activeElement.id'), 'queues');
    await page.locator('[data-tile="agents"]').focus();
    await page.keyboard.press('Enter');
    await host.until(({ done }) => done.some(([what, how]) => what === 'run' && how === 'signalbox.agents.focus'));
  });

  await suite.check('in the list keys move, select, open, compare and copy', async () => {
    await list.focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    const active = await list.getAttribute('aria-activedescendant');
    assert.equal(await page.locator(`#${String(active)}`).getAttribute('aria-selected'), 'true');
    await page.keyboard.press('Enter');
    await host.until(({ done }) => done.some(([what, one, other]) => what === 'show' && one && !other));
    await page.keyboard.press('Shift+ArrowUp');
    await page.keyboard.press('d');
    await host.until(({ done }) => done.some(([what, one, other]) => what === 'show' && one && other));
    await page.keyboard.press('Control+c');
    await host.until(({ done }) =>
      done.some(([what, text]) => what === 'copy' && String(text).split('\n').length === 2),
    );
    await panel.picture('panel-selected');
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('.console-row[aria-selected="true"]').count(), 0);
  });

  await suite.check('moving up in the list ends following, and F begins it again', async () => {
    const following = page.locator('.console-status', { hasText: /· following/ });
    await list.focus();
    await page.keyboard.press('PageUp');
    await following.waitFor({ state: 'hidden' });
    await page.keyboard.press('f');
    await following.waitFor();
    await page.keyboard.press('/');
    assert.match(await page.evaluate('document.activeElement.getAttribute("aria-label")'), /Filter/);
  });
}
