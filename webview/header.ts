import { every, systemClock } from '../src/protocol/clock.ts';
import { agentChoices } from './agentChoices.ts';
import { makeConnectionLine } from './connectionLine.ts';
import { dropdown } from './controls.ts';
import { element, setText } from './dom.ts';
import type { ToldFigures } from './figures.ts';
import type { Page } from './page.ts';
import { makePause } from './pause.ts';
import { formatAge } from './words.ts';

/** Without a word for this long the extension is not there any more, or busy beyond use. In ms. */
const silence = 10_000;

interface HeaderPage extends Page {
  readonly figures: ToldFigures;
  /** When the extension last said something. */
  readonly heardAt: number;
}

/** What to show, whether it goes on, and whether it is of now. */
export function makeHeader(page: HeaderPage): HTMLElement {
  const { l10n, state, figures, drawing, language } = page;
  const range = dropdown({
    label: l10n.t('Time range'),
    title: l10n.t('How far back the charts go'),
    choices: [
      { value: '300', label: l10n.t('Last 5 min') },
      { value: '900', label: l10n.t('Last 15 min') },
      { value: '3600', label: l10n.t('Last hour') },
    ],
    value: String(state.current.view.range),
    onChange: (value) => state.set({ view: { ...state.current.view, range: Number(value) } }),
  });
  let lastLabel: string | null = null;
  const choices = (): ReturnType<typeof agentChoices> => {
    const { agent } = state.current.view;
    const names = figures.latest.agentNames;
    lastLabel = names.find(({ key }) => key === agent)?.label ?? lastLabel;
    return agentChoices(names, agent, lastLabel, l10n);
  };
  const agent = dropdown({
    label: l10n.t('Agent'),
    title: l10n.t('Whose latency, conflicts, messages and lines to show. What stands in queues is of all.'),
    choices: choices(),
    value: state.current.view.agent ?? '',
    onChange: (value) => state.set({ view: { ...state.current.view, agent: value === '' ? null : value } }),
  });
  const pause = makePause(page);
  const connection = makeConnectionLine(page);
  const stale = element('span', { class: 'stale' });

  const draw = (): void => {
    const { latest } = figures;
    agent.offer(choices(), state.current.view.agent ?? '');
    connection.show(latest.connection, drawing.isPaused);
    const quiet = systemClock.now() - page.heardAt;
    const isSilent = quiet >= silence;
    setText(stale, isSilent ? l10n.t('The extension has said nothing for {0}', formatAge(quiet, language)) : '');
    document.body.classList.toggle('is-stale', isSilent || latest.connection.state !== 'live');
    pause.show();
  };
  const drawSoon = (): void => drawing.request(draw);
  figures.onDidTell(drawSoon);
  drawing.onDidPause(draw);
  state.onDidChange(drawSoon);
  every(systemClock, 1_000, drawSoon);
  draw();
  return element(
    'header',
    { class: 'header' },
    element('h1', { class: 'unseen' }, l10n.t('Signalbox')),
    range.element,
    agent.element,
    pause.element,
    connection.element,
    stale,
  );
}
