import { element } from './dom.ts';
import type { Words } from './page.ts';

/** The parts of the page that a tile, a chart or a key leads to. */
export type SectionName = 'latency' | 'conflicts' | 'queues' | 'console';

/**
 * Makes a landmark with a heading. What leads to it puts the focus on it, and the next Tab goes into it. Where the content
 * begins with a bar, the heading stands in that: a line of its own would be one line less of what there is to see.
 */
export function section(name: SectionName, title: string, content: HTMLElement): HTMLElement {
  const id = `${name}-title`;
  const heading = element('h2', { id }, title);
  const bar = content.firstElementChild;
  const hasBar = bar?.matches('.chart-bar, .console-bar') === true;
  if (hasBar) bar.prepend(heading);
  return element(
    'section',
    { id: name, class: 'section', tabindex: -1, 'aria-labelledby': id },
    hasBar ? null : heading,
    content,
  );
}

/** The claims timeline's place. */
export const timelinePlace = (l10n: Words): HTMLElement =>
  element('section', { id: 'timeline', class: 'section', hidden: true, 'aria-label': l10n.t('Claims timeline') });

/** Whether the person asked the system or VS Code for less movement. */
export const wantsLessMotion = (): boolean =>
  document.body.classList.contains('vscode-reduce-motion') || matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Scrolls to a section and puts the focus on it. */
export function goTo(name: SectionName): void {
  const target = document.getElementById(name);
  if (target === null) return;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: 'nearest', behavior: wantsLessMotion() ? 'auto' : 'smooth' });
}
