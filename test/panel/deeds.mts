import assert from 'node:assert/strict';
import { PanelScene } from '../support/panelScenes.mts';
import type { PanelSuite } from '../support/panelSuite.mts';

/** What a person does with the charts and the console, and what the extension is asked for it. */
export async function run(suite: PanelSuite): Promise<void> {
  const { scene, host, panel } = await suite.show('busy');
  const { page } = panel;
  const counts = page.locator('.console-counts');
  const channel = page.getByLabel('Channel to publish on');
  const payload = page.getByLabel('Message to publish');
  const publish = page.locator('.console-send vscode-button');

  await suite.check('what is published says who received it, and can be had again', async () => {
    await channel.fill('shop:news');
    await payload.fill('{"half": ');
    await page.locator('.console-hint', { hasText: 'Not valid JSON' }).waitFor();
    await payload.fill('{"half": 1}');
    await page.locator('.console-hint:text-is("")').waitFor({ state: 'attached' });
    await publish.click();
    await page.locator('.console-answer', { hasText: '3 received it' }).waitFor();
    assert.deepEqual(host.done.at(-1), ['publish', 'shop:news', '{"half": 1}']);
    assert.equal(host.questions.length, 0);
    await payload.fill('');
    await payload.press('ArrowUp');
    assert.equal(await payload.inputValue(), '{"half": 1}');
  });

  await suite.check('on a channel that agents obey it is asked about first', async () => {
    await channel.fill('agent:control');
    await page.locator('.console-hint', { hasText: 'You are asked before' }).waitFor();
    await payload.fill('pause');
    await payload.press('Control+Enter');
    await host.until(({ questions }) => questions.length === 1);
    assert.match(host.questions[0]!.message, /agent:control/);
  });

  await suite.check('a channel of the fleet is completed with a click', async () => {
    const { panel: fresh } = await suite.show(new PanelScene(1).connect(['demo:']));
    const other = fresh.page.getByLabel('Channel to publish on');
    assert.equal(await other.inputValue(), 'demo:agent:events');
    await other.fill('agent:state:sync');
    await fresh.page.locator('.console-said vscode-button', { hasText: 'Use demo:' }).click();
    assert.equal(await other.inputValue(), 'demo:agent:state:sync');
  });

  await suite.check('a bar filters the console by its kinds, and shows its time', async () => {
    await page.locator('#conflicts .chart-surface').focus();
    await page.keyboard.press('End');
    for (let i = 0; i < 20 && (await page.locator('.console-list:focus').count()) === 0; i++) {
      await page.locator('#conflicts .chart-surface').focus();
      for (let left = 0; left <= i; left++) await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('Enter');
    }
    await panel.drawn();
    const marks = await page.locator('.console-row:visible .console-mark').allInnerTexts();
    assert.ok(marks.length > 0 && marks.every((mark) => mark.trim() !== ''), marks.join());
    // The first line of the bar's stretch of time is chosen, and Escape lets it go.
    assert.match(await page.locator('.console-chip').innerText(), /\d\d:\d\d:\d\d–\d\d:\d\d:\d\d/);
    assert.equal(await page.locator('.console-row:visible').first().getAttribute('aria-selected'), 'true');
    const time = await page.locator('.console-row[aria-selected="true"]:visible .console-time').innerText();
    assert.ok((await page.locator('.console-chip').innerText()).startsWith(time.slice(0, 6)), time);
    await panel.picture('panel-filtered');
    await page.keyboard.press('Escape');
    await page.locator('.console-status', { hasText: /· following/ }).waitFor();
    assert.match(await page.locator('.console-detail').innerText(), /^Select a line/);
    await page.getByLabel('Show lines of all times').click();
    await page.locator('.console-chip').waitFor({ state: 'hidden' });
    await page.locator('#conflicts .chart-surface').press('Escape');
  });

  await suite.check('filters narrow down to what they say, and all lines can be had', async () => {
    const { host: other, panel: fresh } = await suite.show('busy');
    const filter = fresh.page.locator('#console vscode-text-field').first().locator('input');
    await filter.fill('half way');
    await fresh.page.locator('.console-counts', { hasText: '3 shown' }).waitFor();
    await filter.fill('AGENT-7 nothing such');
    await fresh.page.locator('.console-counts', { hasText: /^0 shown/ }).waitFor();
    await fresh.picture('panel-nothing-found');
    await filter.fill('');
    await fresh.drawn();
    await fresh.page.locator('.console-status', { hasText: /· following/ }).waitFor();
    const { kept } = other.recorder.lines;
    assert.ok(kept > 1_000);
    // Older lines than the first lot come when the list is at its top.
    await fresh.page.locator('.console-list').focus();
    await fresh.page.keyboard.press('Home');
    await fresh.page.locator('.console-counts', { hasText: `${kept.toLocaleString('en')} shown` }).waitFor();
  });

  await suite.check('what is looked for is marked, and a line that no filter shows any more is let go', async () => {
    const { panel: fresh } = await suite.show('busy');
    const filter = fresh.page.locator('#console vscode-text-field').first().locator('input');
    await filter.fill('CART');
    await fresh.page.locator('.console-row:visible mark').first().waitFor();
    const marked = await fresh.page.locator('.console-row:visible mark').allInnerTexts();
    assert.ok(
      marked.every((text) => /^cart$/i.test(text)),
      marked.join(),
    );
    await fresh.page.locator('.console-list').press('PageUp');
    await fresh.page.locator('.console-detail', { hasText: 'Channel' }).waitFor();
    await filter.fill('half way');
    await fresh.page.locator('.console-detail.is-idle').waitFor();
    assert.equal(await fresh.page.locator('.console-row[aria-selected="true"]:visible').count(), 0);
    await fresh.page.locator('vscode-button:visible', { hasText: 'Clear filters' }).click();
    // The toolkit's field hands what it is told on to the browser's in one of the next frames.
    for (let frame = 0; frame < 100 && (await filter.inputValue()) !== ''; frame++) await fresh.drawn();
    assert.equal(await filter.inputValue(), '');
  });

  await suite.check('a pause holds the picture still and counts what comes', async () => {
    await page.reload();
    await page.locator('#console').waitFor();
    await host.settled();
    await page.locator('header vscode-button', { hasText: 'Pause' }).click();
    const before = await page.locator('[data-tile="agents"]').getAttribute('data-value');
    for (let i = 0; i < 7; i++) scene.event(`paused:${String(i)}`);
    scene.publish('agent-new', { ver: 1, task: 'x', status: 'working' }, 1);
    host.pass(2);
    await host.settled();
    const fresh = page.locator('.console-jump', { hasText: /new while paused/ });
    await fresh.waitFor();
    assert.equal(await page.locator('[data-tile="agents"]').getAttribute('data-value'), before);
    await panel.picture('panel-paused');
    await fresh.click();
    await host.settled();
    assert.notEqual(await page.locator('[data-tile="agents"]').getAttribute('data-value'), before);
    assert.match(await counts.innerText(), /0 dropped/);
  });

  await suite.check('tiles show the figures of the extension', async () => {
    await host.settled();
    const now = host.recorder.now();
    const value = async (tile: string): Promise<string | null> =>
      page.locator(`[data-tile="${tile}"]`).getAttribute('data-value');
    assert.equal(await value('agents'), String(now.agents));
    assert.equal(await value('claims'), String(now.claims));
    assert.equal(await value('queued'), String(now.queued));
    assert.equal(await value('you'), String(now.you));
    assert.equal(await value('conflicts'), String(now.conflictsPerMinute));
  });

  await suite.check('a hot file shows its lines only', async () => {
    const name = page.locator('#conflicts .chart-file').first();
    const file = (await name.innerText()).split(/\s/)[0]!;
    await name.click();
    await panel.drawn();
    assert.ok((await page.locator('.console-chip').innerText()).includes(file));
    const summaries = await page.locator('.console-row:visible .console-summary').allInnerTexts();
    assert.ok(summaries.length > 0 && summaries.every((text) => text.includes(file)), summaries.join());
    await page.getByLabel('Show lines of all files').click();
    await page.locator('.console-chip').waitFor({ state: 'hidden' });
  });

  await suite.check('a hot file is opened, and MONITOR is asked about', async () => {
    await page.locator('#conflicts').getByText('Open').first().click();
    await host.until(({ done }) => done.some(([what, how]) => what === 'run' && how === 'signalbox.openResource'));
    await page.locator('vscode-button', { hasText: 'MONITOR' }).click();
    await host.until(({ done }) => done.some(([what]) => what === 'monitor'));
    await page.locator('.console-monitoring.is-on').waitFor();
    await panel.picture('panel-monitor');
    await page.locator('.console-monitoring vscode-button', { hasText: 'Stop' }).click();
    await page.locator('.console-monitoring.is-on').waitFor({ state: 'hidden' });
  });
}
