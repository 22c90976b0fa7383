import { displayText } from '../../src/protocol/displayText.ts';
import type { Now } from '../../src/protocol/panel/picture.ts';
import type { Page, Words } from '../page.ts';
import type { Column } from './columns.ts';
import type { Formats } from './formats.ts';

/** What a chart is of, as far as its words depend on it. */
export interface Shown {
  /** How far back, in seconds. */
  readonly range: number;
  /** The only agent that is shown, by the name that people know; null for all. */
  readonly agent: string | null;
  readonly state: Now['connection']['state'];
  /** Broadcasts in the range. */
  readonly messages: number;
}

export function shownOf({ seconds, figures }: Page, columns: readonly Column[]): Shown {
  const { agent, range } = seconds.view;
  const { now } = figures;
  return {
    range,
    agent: agent === null ? null : displayText(now.agentNames.find(({ key }) => key === agent)?.label ?? agent, 60),
    state: now.connection.state,
    messages: columns.reduce((total, column) => total + column.messages, 0),
  };
}

/** `5 min`, to be said after "the last". */
export const rangeWords = (range: number, formats: Formats): string => formats.duration(range * 1_000);

/** What is said of a column in which the connection was not live. */
export const unknownWords = (column: Column, l10n: Words, formats: Formats): string =>
  `${formats.span(column)}: ${l10n.t('not connected')}`;

/** Why nothing can be known, where the connection is the cause; else null. */
export function silence({ state }: Shown, l10n: Words): string | null {
  switch (state) {
    case 'unconfigured':
      return l10n.t('Not connected to Redis. What happens there appears here once Signalbox is connected.');
    case 'connecting':
      return l10n.t('Connecting to Redis…');
    case 'reconnecting':
      return l10n.t('The connection to Redis was lost and is being made again. Nothing could be measured meanwhile.');
    case 'refused':
      return l10n.t('Redis refused the connection, so nothing is known.');
    case 'live':
      return null;
  }
}
