import assert from 'node:assert/strict';
import type { Ui } from '../../support/ui.mts';

/** The installed VSIX shows itself: its container is there and opens, in the dark and in the light. */
export async function run(ui: Ui): Promise<void> {
  const window = await ui.open();
  await ui.check('the container is in the activity bar and opens', async () => {
    const sideBar = await window.openContainer('Signalbox');
    assert.ok(await sideBar.isVisible());
  });
  const themes = [
    'Default Dark Modern',
    'Default Light Modern',
    'Default High Contrast',
    'Default High Contrast Light',
  ] as const;
  for (const theme of themes) {
    await ui.check(`it can be looked at in ${theme}`, async () => {
      await window.setTheme(theme);
      await window.picture(`smoke-${theme.toLowerCase().replaceAll(' ', '-')}`);
    });
  }
}
