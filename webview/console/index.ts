import './console.css';
import type { Page } from '../page.ts';
import { ConsoleView } from './consoleView.ts';

/** The console: all lines that were heard, to look through, and a box to publish from. */
export function makeConsole(page: Page): HTMLElement {
  return new ConsoleView(page).element;
}
