import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { panelHtml } from '../../src/views/panel/html.ts';
import { launchBrowser } from './chromium.mts';
import { picture, root } from './paths.mts';
import { defaultStyles, recordedTheme, type ThemeName } from './recordedThemes.mts';

/** The page's files, as they are built. */
export interface PageFiles {
  readonly script: string;
  readonly style: string;
}

export const builtFiles: PageFiles = {
  script: path.join(root, 'dist', 'panel.js'),
  style: path.join(root, 'dist', 'panel.css'),
};

export interface PanelPageOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  /** The time that the page is told, which stands still; without it is the real one. */
  readonly now?: number;
  /** What the page kept when it was last there. */
  readonly kept?: unknown;
  readonly reducedMotion?: boolean;
  /** Run in the page before anything of its own. */
  readonly script?: string;
  /** Called with each message to the extension. */
  readonly onMessage?: (message: unknown, page: PanelPage) => void;
}

/** What stands around the page; see `webviewFrame.js`. */
interface Frame {
  readonly violations: readonly string[];
  readonly drawn: number;
  now: number;
  dress(theme: object): void;
  hide(on: boolean): void;
}
/** The page's own names, as far as they are used here: these sources know no DOM types. */
interface InPage {
  readonly signalboxFrame: Frame;
  postMessage(message: unknown): void;
}

const frameSource = readFileSync(path.join(import.meta.dirname, 'webviewFrame.js'), 'utf8');

/** Behind a webview's page, which is transparent, stands the editor. */
const behind = 'html { background-color: var(--vscode-editor-background); }';

/** The panel's page as VS Code would show it, in a browser of its own, with a stand-in for VS Code around it. */
export class PanelPage {
  readonly page: Page;
  /** What the page said to the extension. */
  readonly posted: unknown[] = [];
  /** What went wrong in the page, and what it wrote to the console as an error. */
  readonly errors: string[] = [];
  readonly #context: BrowserContext;

  private constructor(page: Page, context: BrowserContext) {
    this.page = page;
    this.#context = context;
  }

  static async open(browser: Browser, url: string, options: PanelPageOptions = {}): Promise<PanelPage> {
    const { theme = 'dark', width = 1200, height = 900, now = null, kept, reducedMotion = false } = options;
    const context = await browser.newContext({
      viewport: { width, height },
      locale: 'en-US',
      timezoneId: 'UTC',
      reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
    });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const made = new PanelPage(page, context);
    page.on('pageerror', (error) => made.errors.push(error.stack ?? error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') made.errors.push(message.text());
    });
    await page.exposeFunction('tellExtension', (text: string) => {
      const message: unknown = JSON.parse(text);
      made.posted.push(message);
      options.onMessage?.(message, made);
    });
    const { body, data, variables } = recordedTheme(theme);
    const given = { body: reducedMotion ? `${body} vscode-reduce-motion` : body, data, variables, now, kept };
    await page.addInitScript({
      content: `${frameSource}\nstandAround(${JSON.stringify(given)});\n${options.script ?? ''}`,
    });
    await page.goto(url, { waitUntil: 'load' });
    return made;
  }

  /** Says something to the page, as the extension does. */
  async post(...messages: readonly unknown[]): Promise<void> {
    // As a text: a large message is taken to the browser many times faster so.
    await this.page.evaluate((text) => {
      const inPage = globalThis as unknown as InPage;
      for (const message of JSON.parse(text) as unknown[]) inPage.postMessage(message);
    }, JSON.stringify(messages));
  }

  /** Has the page's clock tell another time. */
  async setNow(now: number): Promise<void> {
    await this.page.evaluate((time) => {
      (globalThis as unknown as InPage).signalboxFrame.now = time;
    }, now);
  }

  async setTheme(name: ThemeName): Promise<void> {
    await this.page.evaluate((theme) => (globalThis as unknown as InPage).signalboxFrame.dress(theme), {
      ...recordedTheme(name),
    });
    await this.drawn();
  }

  /** Puts the page out of sight, or back. */
  async hide(on: boolean): Promise<void> {
    await this.page.evaluate((hidden) => (globalThis as unknown as InPage).signalboxFrame.hide(hidden), on);
  }

  /** What the page kept. */
  async kept(): Promise<unknown> {
    return this.page.evaluate(`JSON.parse(sessionStorage.getItem('signalbox-test-state'))`);
  }

  /** How often something was drawn on a canvas so far. */
  async drawings(): Promise<number> {
    return this.page.evaluate(() => (globalThis as unknown as InPage).signalboxFrame.drawn);
  }

  /** What the content security policy refused, which must be nothing. */
  async violations(): Promise<string[]> {
    return this.page.evaluate(() => [...(globalThis as unknown as InPage).signalboxFrame.violations]);
  }

  /** Waits until what was asked to be drawn has been drawn: nothing draws more rarely than each tenth of a second. */
  async drawn(): Promise<void> {
    await this.page.evaluate(`new Promise((resolve) => {
      let left = 2;
      const again = () => (left-- > 0 ? setTimeout(() => requestAnimationFrame(again), 110) : resolve());
      again();
    })`);
  }

  /** Takes a picture of the page as `pictures/NAME.png`. */
  async picture(name: string): Promise<string> {
    return this.pictureAt(picture(name));
  }

  async pictureAt(file: string): Promise<string> {
    await this.page.screenshot({ path: file });
    return file;
  }

  async close(): Promise<void> {
    await this.#context.close();
  }
}

/** Serves the page, with its content security policy as a header too, to a browser that opens it as often as wanted. */
export class PanelPages {
  readonly browser: Browser;
  readonly #server: Server;
  readonly #url: string;

  private constructor(browser: Browser, server: Server) {
    this.browser = browser;
    this.#server = server;
    this.#url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  }

  static async start(files: PageFiles = builtFiles): Promise<PanelPages> {
    for (const file of Object.values(files) as string[]) {
      if (!existsSync(file)) throw new Error(`${file} was not built.`);
    }
    const server = createServer((request, response) => {
      const origin = `http://${request.headers.host ?? ''}`;
      const send = (type: string, body: string | Buffer, more: Record<string, string> = {}): void => {
        response.writeHead(200, { 'content-type': type, ...more }).end(body);
      };
      if (request.url === '/panel.js') send('text/javascript', readFileSync(files.script));
      else if (request.url === '/panel.css') send('text/css', readFileSync(files.style));
      else if (request.url === '/blank') send('text/html', blank);
      else if (request.url === '/') {
        const { html, policy } = document(origin);
        send('text/html', html, { 'content-security-policy': policy });
      } else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new PanelPages(await launchBrowser(), server);
  }

  async open(options: PanelPageOptions = {}): Promise<PanelPage> {
    return PanelPage.open(this.browser, this.#url, options);
  }

  /** A page with nothing on it but much to scroll, from the same server, to compare with. */
  async blank(): Promise<Page> {
    const page = await (await this.browser.newContext({ viewport: { width: 1200, height: 900 } })).newPage();
    await page.goto(`${this.#url}/blank`);
    return page;
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.#server.close();
  }
}

const blank =
  '<!DOCTYPE html><html><body><script>document.body.style.height = "2000000px"; scrollTo(0, 2000000);</script></body></html>';

/** The page as the extension makes it, after VS Code has put its own style sheet before the page's. */
function document(origin: string): { html: string; policy: string } {
  const nonce = randomBytes(16).toString('hex');
  const made = panelHtml({
    cspSource: origin,
    nonce,
    script: `${origin}/panel.js`,
    style: `${origin}/panel.css`,
    language: 'en',
    title: 'Signalbox',
    fallback: 'The panel has not started.',
  });
  const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(made) ?? [];
  if (policy === undefined) throw new Error('The page has no content security policy.');
  const style = `<style id="_defaultStyles" nonce="${nonce}">${behind}\n${defaultStyles()}</style>`;
  return { html: made.replace('<head>', `<head>${style}`), policy };
}
