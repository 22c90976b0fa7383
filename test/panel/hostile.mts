import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { PanelSuite } from '../support/panelSuite.mts';

/** What would hide or reorder what stands beside it, if it got to the screen as it came. */
// oxlint-disable-next-line no-control-regex -- These are what must not be there.
const harmful = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const names = 'Object.getOwnPropertyNames(globalThis).sort()';
/** What the page is made of: everything else would have been made by a payload. */
const elements = `[...new Set([...document.querySelectorAll('body *')].map(({ localName }) => localName))].sort()`;

/** What agents write is text wherever it is shown, and what is no message of the extension's is not taken for one. */
export async function run(suite: PanelSuite): Promise<void> {
  const fine = await suite.show('busy', { height: 1_600 });
  const { host, panel } = await suite.show('hostile', { height: 1_600 });
  const { page } = panel;
  const asked: string[] = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.message());
    void dialog.dismiss();
  });

  await suite.check('markup and scripts are shown as what they are', async () => {
    const text = await page.locator('#console').innerText();
    assert.ok(text.includes('</script><script>process.exit()</script>'), text.slice(0, 2_000));
    const known = new Set(await fine.panel.page.evaluate<string[]>(elements));
    const made = await page.evaluate<string[]>(elements);
    assert.deepEqual(
      made.filter((name) => !known.has(name)),
      [],
    );
    for (const wrong of ['img', 'script:not([nonce])', 'iframe', 'a[href^="command:"]', 'object', 'svg image']) {
      assert.equal(await page.locator(`body ${wrong}`).count(), 0, wrong);
    }
    assert.deepEqual(asked, []);
  });

  await suite.check('nothing of the window was touched', async () => {
    assert.deepEqual(await page.evaluate(names), await fine.panel.page.evaluate(names));
    assert.equal(await page.evaluate('({}).polluted ?? [].polluted ?? null'), null);
  });

  await suite.check('no character hides or reorders others', async () => {
    const texts = await page.locator('body').innerText();
    const line = texts.split('\n').find((each) => harmful.test(each));
    assert.equal(line, undefined, JSON.stringify(line));
    const attributes = await page.evaluate<string[]>(`[...document.querySelectorAll('body *')].flatMap((each) =>
      ['title', 'aria-label'].flatMap((name) => each.getAttribute(name) ?? []))`);
    assert.deepEqual(
      attributes.filter((each) => harmful.test(each)),
      [],
    );
  });

  await suite.check('a long name breaks no layout', async () => {
    const wide = await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
    assert.equal(wide, false);
  });

  await suite.check('each line can be looked at', async () => {
    await page.locator('.console-list').focus();
    for (let i = 0; i < 9; i++) {
      await page.keyboard.press('ArrowUp');
      const detail = await page.locator('.console-detail').innerText();
      const line = detail.split('\n').find((each) => harmful.test(each));
      assert.equal(line, undefined, JSON.stringify(line));
    }
    await panel.picture('panel-hostile-detail');
  });

  await suite.check('what is no message of the extension is counted, and nothing else', async () => {
    const before = await page.locator('.console-counts').innerText();
    const taken = (): number => panel.posted.filter((each) => isDeepStrictEqual(each, { kind: 'taken' })).length;
    const takenBefore = taken();
    const long = 'x'.repeat(100_000);
    const now = host.recorder.now();
    await panel.post(
      null,
      7,
      'text',
      [],
      {},
      { kind: 'lines' },
      { kind: 'lines', lines: [{ id: 1 }], kept: 1, dropped: 0 },
      { kind: 'lines', lines: [], kept: -1, dropped: 0 },
      { kind: 'now', now: { ...now, agents: 'many' } },
      { kind: 'now', now, more: true },
      { kind: 'seconds', view: { agent: null, range: 1e9 }, seconds: [] },
      { kind: 'published', id: 1, receivers: 1, problem: long },
      { kind: '__proto__' },
    );
    await page.locator('footer', { hasText: /\b13\b/ }).waitFor();
    assert.equal(await page.locator('.console-counts').innerText(), before);
    // Lines that are not understood do not keep later ones from coming.
    assert.equal(taken() - takenBefore, 3);
    await panel.picture('panel-refused-messages');
  });
}
