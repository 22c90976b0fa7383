import { systemClock } from '../src/protocol/clock.ts';
import { button } from './controls.ts';
import type { Page } from './page.ts';
import { formatAge } from './words.ts';

/** Holds the picture still, also by Alt+P: with a plain letter as the key, who dictates would press it by chance. */
export function makePause(page: Page): { element: HTMLElement; show(): void } {
  const { drawing, l10n, language } = page;
  let pausedAt = 0;
  const toggle = (): void => drawing.pause(!drawing.isPaused);
  const hint = (text: string): string => `${text} (Alt+P)`;
  const titles = {
    pause: hint(l10n.t('Hold the picture still; nothing is lost meanwhile')),
    resume: hint(l10n.t('Show what has happened since')),
  };
  const made = button({ label: l10n.t('Pause'), title: titles.pause, onClick: toggle });
  made.element.classList.add('pause');

  const show = (): void => {
    document.body.classList.toggle('is-paused', drawing.isPaused);
    if (!drawing.isPaused) return made.relabel(l10n.t('Pause'), titles.pause);
    const age = formatAge(systemClock.now() - pausedAt, language);
    made.relabel(l10n.t('Resume · {0} old', age), titles.resume);
  };
  drawing.onDidPause(() => {
    pausedAt = systemClock.now();
    page.announce(drawing.isPaused ? l10n.t('The picture is held still') : l10n.t('The picture goes on'));
  });
  document.addEventListener('keydown', (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.code !== 'KeyP') return;
    event.preventDefault();
    toggle();
  });
  return { element: made.element, show };
}
