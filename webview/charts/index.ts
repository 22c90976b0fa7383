import { element } from '../dom.ts';
import type { Page } from '../page.ts';

export const makeLatency = (_page: Page): HTMLElement => element('div');
export const makeConflicts = (_page: Page): HTMLElement => element('div');
export const makeQueues = (_page: Page): HTMLElement => element('div');
