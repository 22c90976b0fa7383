import { element } from './dom.ts';
import type { Page } from './page.ts';
export const makeHeader = (_page: Page): HTMLElement => element('header');
