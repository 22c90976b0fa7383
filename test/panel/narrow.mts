import assert from 'node:assert/strict';
import type { PanelSuite } from '../support/panelSuite.mts';
import { hindrances } from '../support/panelSuite.mts';
import type { SceneName } from '../support/panelScenes.mts';

const isWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';
const scenes: readonly SceneName[] = ['busy', 'empty', 'hostile'];

/** In a narrow column, in between, and for those who want less to move. */
export async function run(suite: PanelSuite): Promise<void> {
  for (const scene of scenes) {
    await suite.check(`${scene} is usable in 400 and 760 pixels`, async () => {
      const { panel } = await suite.show(scene, { width: 400, height: 1_800, theme: 'light' });
      for (const width of [400, 760]) {
        await panel.page.setViewportSize({ width, height: 1_800 });
        await panel.drawn();
        await panel.picture(`panel-${scene}-${String(width)}`);
        assert.equal(await panel.page.evaluate(isWide), false);
        const outside = await panel.page.evaluate<
          string[]
        >(`[...document.querySelectorAll('button, vscode-button, select, vscode-text-field, input, textarea')]
          .filter((each) => each.checkVisibility() && !each.classList.contains('skip') && each.getBoundingClientRect().right > innerWidth + 1)
          .map((each) => each.outerHTML.slice(0, 200))`);
        assert.deepEqual(outside, []);
        assert.deepEqual(await hindrances(panel), []);
      }
    });
  }

  await suite.check('nothing moves by itself where that is not wanted', async () => {
    const { panel } = await suite.show('busy', { reducedMotion: true });
    await panel.page.locator('[data-tile="queued"]').click();
    await panel.page.locator('[data-tile="messages"]').click();
    const moving = await panel.page.evaluate<string[]>(`[...document.querySelectorAll('*')].flatMap((each) => {
      const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(each);
      const moves = /[1-9]/.test(transitionDuration) || animationName !== 'none' || scrollBehavior === 'smooth';
      return moves ? [each.outerHTML.slice(0, 150) + ' ' + transitionDuration + ' ' + animationName] : [];
    })`);
    assert.deepEqual(moving, []);
    assert.equal(await panel.page.evaluate('document.getAnimations().length'), 0);
  });
}
