import assert from 'node:assert/strict';
import { hindrances, type PanelSuite } from '../support/panelSuite.mts';

/** That the checks of the page would find something: what stands around it tells of what it has to. */
export async function run(suite: PanelSuite): Promise<void> {
  const { panel } = await suite.show('empty', { mayGoWrong: true });
  const { page } = panel;

  await suite.check('what hinders people is found, inside of controls too', async () => {
    assert.deepEqual(await hindrances(panel), []);
    await page.evaluate(`(() => {
      const faint = document.createElement('p');
      faint.textContent = 'can hardly be read';
      faint.style.color = '#333';
      const control = document.createElement('div');
      control.attachShadow({ mode: 'open' }).append(document.createElement('textarea'));
      document.body.append(faint, control);
    })()`);
    const found = (await hindrances(panel)).join('\n');
    assert.match(found, /color-contrast/);
    assert.match(found, /label: .*textarea/);
  });

  await suite.check('the policy refuses what is not ours, and that is told', async () => {
    const before = panel.errors.length;
    await page.evaluate(`(() => {
      const script = document.createElement('script');
      script.textContent = 'globalThis.ran = true';
      const image = document.createElement('img');
      image.src = 'https://example.invalid/x.png';
      const styled = document.createElement('p');
      styled.setAttribute('style', 'color: red');
      document.body.append(script, image, styled);
      fetch('/panel.js').catch(() => undefined);
    })()`);
    await panel.drawn();
    assert.equal(await page.evaluate('globalThis.ran ?? false'), false);
    const directives = (await panel.violations()).map((text) => text.split(':')[0]).join(' ');
    for (const directive of ['connect-src', 'img-src', 'script-src-elem', 'style-src-attr']) {
      // Once for the policy in the page, and once for that in the header.
      assert.equal(directives.split(directive).length - 1, 2, `${directive} in ${directives}`);
    }
    assert.ok(panel.errors.length > before);
  });

  await suite.check('an error of the page is told', async () => {
    const before = panel.errors.length;
    await page.evaluate(`setTimeout(() => { throw new Error('on purpose'); })`);
    await panel.drawn();
    assert.match(panel.errors.slice(before).join(), /on purpose/);
  });
}
