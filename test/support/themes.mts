// node test/support/bootstrap.mjs themes  records what VS Code gives to a webview in each of its own themes.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Recorded } from './recordedThemes.mts';
import { root } from './paths.mts';
import { say } from './progress.mts';
import { exitOnSignals, temporaryFolder } from './temporary.mts';
import { startServer } from './vscodeServer.mts';
import { type Theme, themes } from './vscodeSettings.mts';
import { vscodeRoot } from './vscodeSetup.mts';
import { Workbench } from './workbench.mts';

/** An extension that shows nothing but an empty webview. */
const source = `const vscode = require('vscode');
exports.activate = () => {
  const panel = vscode.window.createWebviewPanel('themes.empty', 'Empty', vscode.ViewColumn.One, {});
  panel.webview.html = '<!DOCTYPE html><html><head></head><body></body></html>';
};
`;
const manifest = {
  ...{ name: 'themes', publisher: 'signalbox-test', version: '1.0.0', main: './extension.js' },
  ...{ engines: { vscode: '^1.90.0' }, activationEvents: ['onStartupFinished'], extensionKind: ['workspace'] },
};

/** Runs in the webview. It comes as text because these sources know no DOM types. */
const read = `(() => {
  const { style } = document.documentElement;
  const names = [...style].filter((name) => name.startsWith('--')).sort();
  return {
    body: document.body.className,
    data: { ...document.body.dataset },
    defaultStyles: document.getElementById('_defaultStyles').textContent,
    variables: Object.fromEntries(names.map((name) => [name, style.getPropertyValue(name)])),
  };
})()`;

interface Seen extends Omit<Recorded, 'vscode'> {
  readonly defaultStyles: string;
}

/** Gives the name of the theme's file, from the class by which a webview is told of it. */
const fileOf = (body: string): string => /\bvscode-(dark|light|high-contrast-light|high-contrast)\b/.exec(body)![1]!;

exitOnSignals();
const folder = path.join(root, 'test', 'fixtures', 'themes');
mkdirSync(folder, { recursive: true });
const extension = temporaryFolder('themes').folder;
writeFileSync(path.join(extension, 'package.json'), JSON.stringify(manifest));
writeFileSync(path.join(extension, 'extension.js'), source);
const { version } = JSON.parse(readFileSync(path.join(vscodeRoot, 'package.json'), 'utf8')) as { version: string };
const server = await startServer({ token: 'none' });
const window = await Workbench.open(server, { extensionDevelopmentPaths: [extension] });
await window.webview().locator('body').waitFor({ state: 'attached' });
let defaultStyles = '';
for (const theme of Object.keys(themes) as Theme[]) {
  await window.setTheme(theme);
  // The workbench shows a theme before its webviews do.
  await window
    .webview()
    .locator(`body[data-vscode-theme-name="${themes[theme].label}"]`)
    .waitFor({ state: 'attached' });
  const seen = (await window.webview().locator('html').evaluate(read)) as Seen;
  const { body, data, variables } = seen;
  defaultStyles = seen.defaultStyles;
  const text = JSON.stringify({ vscode: version, body, data, variables }, null, 2);
  writeFileSync(path.join(folder, `${fileOf(body)}.json`), `${text}\n`);
  say(`${theme}: ${String(Object.keys(variables).length)} variables`);
}
writeFileSync(path.join(folder, 'default.css'), `${defaultStyles.trim()}\n`);
await window.close();
await server.stop();
process.exit(0);
