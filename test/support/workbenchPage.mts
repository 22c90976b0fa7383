import { format } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from './chromium.mts';
import type { VscodeServer } from './vscodeServer.mts';

export interface PageOptions {
  /** The folder, or the `.code-workspace` file, to open; without either the window is empty. */
  readonly target?: { folder: string } | { workspace: string };
  readonly viewport?: { width: number; height: number };
  /** The language of the window, such as `de`; what VS Code itself says stays English, as it has no language pack. */
  readonly language?: string;
  /** Extensions that are run from their folder and not installed. */
  readonly extensionDevelopmentPaths?: readonly string[];
  /** A module whose `run()` the extension host calls; the window closes with its result. */
  readonly extensionTestsPath?: string;
  /** The workbench's log, with what extensions write to the console in it. */
  readonly onLog?: (text: string) => void;
}

export interface WorkbenchPage {
  readonly browser: Browser;
  readonly page: Page;
  /** Settles with an exit code when the workbench asks to close (as it does after a test run) or dies. */
  readonly closed: Promise<number>;
}

/** Exit codes of a window that ended without saying so. */
const crashed = 70;
const closedEarly = 71;

/**
 * Puts what a desktop VS Code takes as `--extensionDevelopmentPath` and `--extensionTestsPath` into the workbench's
 * configuration, which it reads from a meta element. (Rewriting the HTML through `page.route` makes Chromium's Local
 * Network Access checks block the workbench's WebSocket.)
 */
const patchConfiguration = (options: object): string => `(() => {
  if (window !== window.top) return;
  const get = Element.prototype.getAttribute;
  Element.prototype.getAttribute = function (name) {
    const value = get.call(this, name);
    if (name !== 'data-settings' || this.id !== 'vscode-workbench-web-configuration' || !value) return value;
    const configuration = JSON.parse(value);
    configuration.developmentOptions = { ...configuration.developmentOptions, ...${JSON.stringify(options)} };
    return JSON.stringify(configuration);
  };
})()`;

/** Opens the workbench of a running server in a headless browser. */
export async function openPage(server: VscodeServer, options: PageOptions = {}): Promise<WorkbenchPage> {
  const browser = await launchBrowser();
  const context = await browser.newContext({
    viewport: options.viewport ?? { width: 1280, height: 800 },
    locale: 'en-US',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  let close: (code: number) => void = () => undefined;
  const closed = new Promise<number>((resolve) => (close = resolve));
  await page.exposeFunction('codeAutomationExit', (code?: number) => close(code ?? closedEarly));
  await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => options.onLog?.(format(...args)));
  page.on('crash', () => close(crashed));
  page.on('close', () => close(closedEarly));
  const uri = (path: string): object => ({ $mid: 1, scheme: 'vscode-remote', authority: server.authority, path });
  const development = {
    extensions: (options.extensionDevelopmentPaths ?? []).map(uri),
    ...(options.extensionTestsPath === undefined ? {} : { extensionTestsPath: uri(options.extensionTestsPath) }),
  };
  await page.addInitScript({ content: patchConfiguration(development) });
  const language = JSON.stringify(options.language);
  if (language) await page.addInitScript({ content: `globalThis._VSCODE_NLS_LANGUAGE = ${language};` });
  await page.goto(server.url(options.target), { waitUntil: 'domcontentloaded' });
  return { browser, page, closed };
}
