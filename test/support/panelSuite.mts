import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { PanelHost } from './panelHost.mts';
import { builtFiles, type PanelPage, type PanelPageOptions, PanelPages } from './panelPage.mts';
import { type PanelScene, panelScenes, type SceneName } from './panelScenes.mts';
import { type Checking, runScripts } from './scripts.mts';
import { none, type Tally } from './tally.mts';

/** A scene and the page that shows it. */
export interface Shown {
  readonly scene: PanelScene;
  readonly host: PanelHost;
  readonly panel: PanelPage;
}

/** What a script in `test/panel` gets: it exports `run(suite: PanelSuite): Promise<void>`. */
export interface PanelSuite extends Checking {
  /** Shows a scene in a page of its own, which is closed when the script ends. Nothing may go wrong there but on purpose. */
  show(scene: SceneName | PanelScene, options?: PanelPageOptions & { readonly mayGoWrong?: boolean }): Promise<Shown>;
}

function makeSuite(checking: Checking, pages: PanelPages): PanelSuite {
  return {
    ...checking,
    async show(what, options = {}) {
      const scene = typeof what === 'string' ? panelScenes[what]() : what;
      const { host } = scene;
      const panel = await host.open(pages, options);
      checking.watch(panel);
      checking.atEnd(() => host.close());
      if (options.mayGoWrong === true) return { scene, host, panel };
      checking.atEnd(() =>
        checking.check('nothing went wrong in the page, and its policy refused nothing', async () => {
          assert.deepEqual(panel.errors, []);
          assert.deepEqual(await panel.violations(), []);
        }),
      );
      return { scene, host, panel };
    },
  };
}

/** Runs each script of `test/panel` (or those that are named) against the page as it is built, alone in a browser. */
export async function runPanel(names: readonly string[] = [], files = builtFiles): Promise<Tally> {
  const tally = none();
  const pages = await PanelPages.start(files);
  try {
    await runScripts(path.join('test', 'panel'), names, tally, (checking) => makeSuite(checking, pages));
  } finally {
    await pages.close();
  }
  return tally;
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What hinders people at the page as it stands, by the rules of WCAG 2 at levels A and AA; one text for each finding. */
export async function hindrances(panel: PanelPage): Promise<string[]> {
  if (!(await panel.page.evaluate(`'axe' in globalThis`))) await panel.page.evaluate(axeSource);
  return panel.page.evaluate<string[]>(`axe
    .run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
      resultTypes: ['violations'],
    })
    .then(({ violations }) => violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary, html }) => id + ': ' + JSON.stringify(target) + '\\n' + html.slice(0, 300) + '\\n' + failureSummary)))`);
}
