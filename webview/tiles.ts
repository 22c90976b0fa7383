import { element, setAttribute, setText } from './dom.ts';
import type { Page, Theme, Words } from './page.ts';
import { goTo } from './sections.ts';
import { sparkColumns, sparkKinds } from './sparkColumns.ts';
import { drawSparkline } from './sparkline.ts';
import { tileFigures, tileNames, type TileFigure, type TileName } from './tileFigures.ts';

interface Tile {
  readonly button: HTMLElement;
  readonly number: HTMLElement;
  readonly label: HTMLElement;
  readonly sub: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  /** Of the canvas, as it was when it last became another: asking for it would have the page laid out at once. */
  size: { readonly width: number; readonly height: number };
}

/** The figures of now with the last five minutes of each; each leads to where there is more of it. */
export function makeTiles(page: Page): HTMLElement {
  const { l10n, drawing } = page;
  const tiles = Object.fromEntries(
    tileNames.map((name) => [name, makeTile(name, page)] as const),
  ) as unknown as Readonly<Record<TileName, Tile>>;

  const drawFigures = (): void => {
    const { figures, seconds, language } = page;
    const all = tileFigures(figures.now, seconds.all, seconds.view, l10n, language);
    for (const name of tileNames) show(tiles[name], all[name], (isOne) => labelOf(name, isOne, l10n));
  };
  const drawSparklines = (): void => {
    const { figures, seconds, theme } = page;
    // One agent has no probe.
    const series = seconds.view.agent === null ? figures.now.p95Of : 'messages';
    for (const name of tileNames) {
      const columns = sparkColumns(name, seconds.all, series);
      const { canvas, size } = tiles[name];
      drawSparkline(canvas, size, columns, sparkKinds[name], sparkColor(name, theme));
    }
  };
  const drawAll = (): void => {
    drawing.request(drawFigures);
    drawing.request(drawSparklines);
  };
  page.figures.onDidChange(() => drawing.request(drawFigures));
  page.seconds.onDidChange(drawAll);
  page.theme.onDidChange(drawAll);

  const row = element('ul', { class: 'tiles' }, ...tileNames.map((name) => element('li', {}, tiles[name].button)));
  const observer = new ResizeObserver((resized) => {
    for (const tile of Object.values(tiles)) {
      tile.size = resized.find(({ target }) => target === tile.canvas)?.contentRect ?? tile.size;
    }
    drawing.request(drawSparklines);
  });
  for (const { canvas } of Object.values(tiles)) observer.observe(canvas);
  drawFigures();
  return element('section', { 'aria-label': l10n.t('Figures of now') }, row);
}

function makeTile(name: TileName, page: Page): Tile {
  const number = element('span', { class: 'tile-number' });
  const sub = element('span', { class: 'tile-sub' });
  const canvas = element('canvas', { class: 'tile-spark', 'aria-hidden': 'true' });
  const label = element('span', { class: 'tile-label' });
  const button = element(
    'button',
    { class: 'tile', type: 'button', 'data-tile': name, title: titleOf(name, page.l10n) },
    number,
    // The spaces stand between the words when they are read out.
    ' ',
    label,
    ' ',
    sub,
    canvas,
  );
  button.addEventListener('click', () => lead(name, page));
  return { button, number, label, sub, canvas, size: { width: 0, height: 0 } };
}

function show(tile: Tile, { value, text, sub, tone }: TileFigure, labelOf: (isOne: boolean) => string): void {
  setAttribute(tile.button, 'data-value', value ?? '');
  setAttribute(tile.button, 'data-tone', tone);
  setText(tile.number, text);
  // As it is written: 1.04 a second is shown as 1.
  setText(tile.label, labelOf(text === '1'));
  setText(tile.sub, sub);
  setAttribute(tile.sub, 'title', sub);
}

/** Opens what a tile is a summary of. */
function lead(name: TileName, { host }: Page): void {
  switch (name) {
    case 'agents':
    case 'claims':
      return host.post({ kind: 'reveal', what: name });
    case 'you':
      return host.post({ kind: 'reveal', what: 'attention' });
    case 'latency':
    case 'conflicts':
      return goTo(name);
    case 'queued':
      return goTo('queues');
    case 'messages':
      return goTo('console');
  }
}

/** What stands below the number. */
function labelOf(name: TileName, isOne: boolean, l10n: Words): string {
  switch (name) {
    case 'agents':
      return isOne ? l10n.t('agent') : l10n.t('agents');
    case 'claims':
      return isOne ? l10n.t('claim') : l10n.t('claims');
    case 'latency':
      return l10n.t('p95 latency');
    case 'conflicts':
      return isOne ? l10n.t('conflict a minute') : l10n.t('conflicts a minute');
    case 'messages':
      return isOne ? l10n.t('message a second') : l10n.t('messages a second');
    case 'queued':
      return l10n.t('queued');
    case 'you':
      return isOne ? l10n.t('agent waiting for you') : l10n.t('agents waiting for you');
  }
}

function titleOf(name: TileName, l10n: Words): string {
  switch (name) {
    case 'agents':
      return l10n.t('Agents at work or idle. Silent: nothing heard although they should be working. Opens the list.');
    case 'claims':
      return l10n.t('What agents hold for themselves. Contested: others wait for it. Opens the list.');
    case 'latency':
      return l10n.t('In the last minute, 95 of 100 messages were here within this time. Opens the charts.');
    case 'conflicts':
      return l10n.t('Conflicts that did harm in the last minute; below, all since connecting. Opens the chart.');
    case 'messages':
      return l10n.t(
        'Messages of the agents, over the last five seconds; malformed ones since connecting. Opens the console.',
      );
    case 'queued':
      return l10n.t('Jobs that wait in queues. Opens the chart.');
    case 'you':
      return l10n.t('Agents that wait for a person. Opens what needs attention.');
  }
}

function sparkColor(name: TileName, { colors }: Theme): string {
  if (name === 'conflicts') return colors.series.red;
  return name === 'you' ? colors.series.orange : colors.series.blue;
}
