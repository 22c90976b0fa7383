import { element } from '../dom.ts';
import type { Page } from '../page.ts';

export const makeConsole = (_page: Page): HTMLElement => element('div');
