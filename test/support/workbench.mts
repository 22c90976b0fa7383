import type { FrameLocator, Locator, Page } from 'playwright-core';
import { picture } from './paths.mts';
import type { VscodeServer } from './vscodeServer.mts';
import { type Theme, themes } from './vscodeSettings.mts';
import { openPage, type PageOptions } from './workbenchPage.mts';

/** A row of a tree view, as a person sees and hears it. */
export interface TreeRow {
  readonly label: string;
  readonly description: string;
  /** What a screen reader says. */
  readonly ariaLabel: string;
  /** 1 for the topmost rows. */
  readonly level: number;
  /** Null for a row that cannot be opened. */
  readonly expanded: boolean | null;
  /** The letters that a decoration puts at the row's end; empty without one. */
  readonly badge: string;
}

/** Reads rows in the page. */
const readRows = `(rows) => rows.map((row) => {
  const text = (selector) => row.querySelector(selector)?.textContent?.trim() ?? '';
  const decorated = row.querySelector('.monaco-icon-label');
  const badge = decorated ? getComputedStyle(decorated, '::after').content : 'none';
  const expanded = row.getAttribute('aria-expanded');
  return {
    label: text('.label-name'),
    description: text('.label-description'),
    ariaLabel: row.getAttribute('aria-label') ?? '',
    level: Number(row.getAttribute('aria-level') ?? 1),
    expanded: expanded === null ? null : expanded === 'true',
    badge: /^"/.test(badge) ? JSON.parse(badge) : '',
  };
})`;

/** Reads in the page what stands behind the lines of editors, which is in no element's text. */
const readMarks = `(spans) => spans
  .map((span) => getComputedStyle(span, '::after').content)
  .filter((content) => /^"/.test(content))
  .map((content) => JSON.parse(content).replaceAll('\u00a0', ' '))
  .join('\\n')`;

/** Notes in the page which rows are drawn anew, by what a screen reader says of them, until {@link readDrawn}. */
const watchDrawn = `(pane) => {
  const drawn = new Set();
  const observer = new MutationObserver((records) => {
    for (const { target } of records) {
      if (target.classList.contains('monaco-list-row')) drawn.add(target.getAttribute('aria-label') ?? '');
    }
  });
  observer.observe(pane, { subtree: true, attributeFilter: ['data-index'] });
  pane.drawnRows = { drawn, observer };
}`;
const readDrawn = `(pane) => {
  pane.drawnRows.observer.disconnect();
  return [...pane.drawnRows.drawn];
}`;

/** A function of ours that runs in the page; it comes as text because these sources know no DOM types. */
function inPage<T>(source: string): (elements: unknown) => T {
  // oxlint-disable-next-line no-implied-eval, typescript/no-implied-eval -- Our own text, and run in the page.
  return new Function(`return ${source}`)() as (elements: unknown) => T;
}

function outline(rows: readonly TreeRow[]): string {
  return rows.map((row) => `${'  '.repeat(row.level)}${row.label} | ${row.description}`).join('\n') || '  (none)';
}

/** A workbench in a headless browser, driven as a person would drive it. */
export class Workbench {
  readonly page: Page;
  /** Settles when the window closes by itself; see `openPage`. */
  readonly closed: Promise<number>;

  private constructor(page: Page, closed: Promise<number>) {
    this.page = page;
    this.closed = closed;
  }

  /** Opens a window on the server and waits until the workbench is drawn. Every later wait is at most 20 seconds. */
  static async open(server: VscodeServer, options: PageOptions = {}): Promise<Workbench> {
    const { page, closed } = await openPage(server, options);
    page.setDefaultTimeout(20_000);
    await page.locator('.monaco-workbench .part.activitybar').waitFor({ timeout: 60_000 });
    await page.locator('.monaco-workbench .part.statusbar .statusbar-item').first().waitFor();
    return new Workbench(page, closed);
  }

  /** Runs a command by its title in the palette, for example `Signalbox: Show Log`. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.pick(title, `>${title}`);
  }

  /** Chooses the item with this label in the open quick pick, after typing `filter` into it. */
  async pick(label: string, filter = label): Promise<void> {
    const widget = this.page.locator('.quick-input-widget:visible');
    await widget.locator('input.input').fill(filter);
    await widget.locator('.quick-input-list .monaco-list-row', { hasText: label }).first().click();
  }

  /** Types into the open input box (or quick pick) and accepts. */
  async answer(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget:visible input.input');
    await input.fill(text);
    await input.press('Enter');
  }

  /**
   * Says where a file is to be saved. VS Code's own box fills in a proposal when it has read the folder, whatever was typed by
   * then, and takes no answer while it reads another: what stands there is typed anew until it is taken.
   */
  async saveAs(title: string, file: string): Promise<void> {
    const box = this.page.locator('.quick-input-widget:visible', { has: this.page.getByText(title, { exact: true }) });
    const input = box.locator('input.input');
    const ok = box.locator('.monaco-button', { hasText: 'OK' });
    await ok.waitFor();
    for (let left = 50; left > 0 && (await ok.isVisible()); left--) {
      if ((await input.inputValue({ timeout: 1_000 }).catch(() => file)) !== file) {
        await input.fill(file, { timeout: 1_000 }).catch(() => undefined);
      } else {
        await input.press('Enter', { timeout: 1_000 }).catch(() => undefined);
      }
      await this.page.waitForTimeout(300);
    }
  }

  /** Opens a view container by its name in the activity bar, and gives the side bar. */
  async openContainer(title: string): Promise<Locator> {
    const item = this.page.locator(`.activitybar .action-item:has(a[aria-label^="${title}"])`).first();
    await item.waitFor();
    // A click on the open container would close it.
    if (!(await item.getAttribute('class'))?.includes('checked')) await item.locator('a').first().click();
    const sideBar = this.page.locator('.part.sidebar');
    await sideBar.locator('.composite.title', { hasText: new RegExp(title, 'i') }).waitFor();
    return sideBar;
  }

  /** The number on a container's icon in the activity bar, as text; empty without one. */
  async containerBadge(title: string): Promise<string> {
    const badge = this.page.locator(`.activitybar .action-item:has(a[aria-label^="${title}"]) .badge-content`);
    return (await badge.count()) > 0 ? ((await badge.first().textContent()) ?? '').trim() : '';
  }

  /** A view by its title, in whichever part it is; opened when it is folded up. */
  async view(title: string): Promise<Locator> {
    const pane = this.page.locator(`.pane:has(> .pane-header h3.title:text-is("${title}"))`).first();
    const header = pane.locator('.pane-header');
    await header.waitFor();
    if ((await header.getAttribute('aria-expanded')) === 'false') await header.click();
    return pane;
  }

  /** The rows of a view that are drawn; long trees draw only those in sight. */
  async rows(view: Locator): Promise<TreeRow[]> {
    const rows = view.locator('.monaco-list-row');
    return rows.evaluateAll(inPage<TreeRow[]>(readRows));
  }

  /** Waits until the rows of a view are as wanted, and gives them; otherwise fails with what they were. */
  async rowsWhen(view: Locator, wanted: (rows: TreeRow[]) => boolean, timeoutMs = 20_000): Promise<TreeRow[]> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const rows = await this.rows(view);
      if (wanted(rows)) return rows;
      if (Date.now() > end) throw new Error(`The rows did not become what was wanted. They are:\n${outline(rows)}`);
      await this.page.waitForTimeout(50);
    }
  }

  /** What the extension says in the status bar. */
  get statusItem(): Locator {
    return this.page.locator('.statusbar-item[id="signalbox.signalbox.signalbox"]');
  }

  /** Waits until what stands behind the lines of the editors is as wanted; empty where nothing does. */
  async markWhen(wanted: (mark: string) => boolean): Promise<void> {
    const end = Date.now() + 10_000;
    for (;;) {
      const spans = this.page.locator('.monaco-editor .view-line span');
      const mark = await spans.evaluateAll(inPage<string>(readMarks));
      if (wanted(mark)) return;
      if (Date.now() > end) throw new Error(`The mark in the editor did not become what was wanted. It is: ${mark}`);
      await this.page.waitForTimeout(50);
    }
  }

  /**
   * Puts the pointer on something and gives the text of the hover that appears. What is drawn anew under the pointer
   * takes its hover away, so the pointer leaves and comes back until there is one, as a person's would.
   */
  async hover(target: Locator): Promise<string> {
    const hover = this.page.locator('.monaco-hover:visible, .workbench-hover-container:visible').last();
    for (const end = Date.now() + 30_000; ;) {
      try {
        // A hover that is there stays while the pointer goes from row to row.
        await this.page.mouse.move(2, 2);
        await hover.waitFor({ state: 'hidden', timeout: 3_000 });
        await target.hover({ timeout: 5_000 });
        await hover.waitFor({ timeout: 3_000 });
        const text = (await hover.innerText({ timeout: 1_000 })).trim();
        if (text !== '') return text;
      } catch (error) {
        if (Date.now() > end) throw error;
      }
    }
  }

  /** What a screen reader says of the rows of a view that were drawn anew while something was done. */
  async drawnWhile(view: Locator, work: () => Promise<unknown>): Promise<string[]> {
    await view.evaluate(inPage<void>(watchDrawn));
    await work();
    return view.evaluate(inPage<string[]>(readDrawn));
  }

  /** The texts of the notifications that are showing. */
  async notifications(): Promise<string[]> {
    return this.page.locator('.notification-toast .notification-list-item-message').allInnerTexts();
  }

  /** Opens a file of the workspace by its name. */
  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press('Control+P');
    await this.pick(name);
    await this.page.locator('.tabs-container .tab.active', { hasText: name }).waitFor();
  }

  /** The document inside the webview that is open; `nth` counts where there are several. */
  webview(nth = 0): FrameLocator {
    return this.page
      .locator('iframe.webview.ready')
      .nth(nth)
      .contentFrame()
      .locator('iframe#active-frame')
      .contentFrame();
  }

  /** Switches the color theme as a person would, and waits until the workbench shows it. */
  async setTheme(theme: Theme): Promise<void> {
    const { label, shown } = themes[theme];
    const drawn = this.page.locator('.monaco-workbench');
    if (shown.test((await drawn.getAttribute('class')) ?? '')) return;
    await this.command('Preferences: Color Theme');
    await this.pick(label);
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await this.#until(async () => shown.test((await drawn.getAttribute('class')) ?? ''), `the theme ${theme}`);
  }

  async #until(done: () => Promise<boolean>, what: string, timeoutMs = 20_000): Promise<void> {
    const end = Date.now() + timeoutMs;
    while (!(await done())) {
      if (Date.now() > end) throw new Error(`Waited in vain for ${what}.`);
      await this.page.waitForTimeout(50);
    }
  }

  /** Takes a picture of the window, or of a part of it, as `pictures/NAME.png`. */
  async picture(name: string, part?: Locator): Promise<string> {
    const file = picture(name);
    await (part ?? this.page).screenshot({ path: file });
    return file;
  }

  async close(): Promise<void> {
    await this.page.context().browser()?.close();
  }
}
