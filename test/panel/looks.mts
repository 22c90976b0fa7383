import assert from 'node:assert/strict';
import type { PanelSuite } from '../support/panelSuite.mts';
import { hindrances } from '../support/panelSuite.mts';
import type { SceneName } from '../support/panelScenes.mts';
import { themeNames } from '../support/recordedThemes.mts';

const scenes: readonly SceneName[] = ['busy', 'quiet', 'empty', 'refused', 'flood', 'hostile'];

/** Every scene in every theme: there is a picture of it, and nothing in it hinders people. */
export async function run(suite: PanelSuite): Promise<void> {
  for (const scene of scenes) {
    const { panel } = await suite.show(scene, { height: 1300 });
    for (const theme of themeNames) {
      await suite.check(`${scene} in ${theme} hinders nobody`, async () => {
        await panel.setTheme(theme);
        await panel.picture(`panel-${scene}-${theme}`);
        assert.deepEqual(await hindrances(panel), []);
      });
    }
  }
}
