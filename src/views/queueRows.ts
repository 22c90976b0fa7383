import type { Queue } from '../model/picture.ts';
import { displayText } from '../protocol/displayText.ts';
import type { Translator } from '../protocol/reasons.ts';
import { roughAgeText } from './duration.ts';
import { beyondLimitRow, type Fleet } from './fleetRows.ts';
import type { Projection, Row } from './row.ts';
import { queueTooltip } from './tooltips.ts';

const beyond = '…';

/** The Queues view: where work waits, and how much. */
export class QueueRows implements Projection {
  readonly #fleet: Fleet;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  children(parent: string | null): readonly string[] {
    if (parent !== null) return [];
    const { queues, beyondLimits } = this.#fleet.picture;
    return [...queues.map((queue) => `queue:${queue.key}`), ...(beyondLimits.queues ? [beyond] : [])];
  }

  row(id: string): Row | null {
    const { picture, l10n } = this.#fleet;
    if (id === beyond) return beyondLimitRow(l10n.t('There are more, which are not looked at'));
    const queue = picture.queue(id.slice('queue:'.length));
    if (queue === undefined) return null;
    const label = displayText(queue.name, 80);
    const description = queueDescription(queue, picture.connection.namespaces.length > 1, l10n);
    return {
      label,
      description,
      spoken: `${label}, ${description.replaceAll(' · ', ', ')}`,
      icon: { codicon: queue.waiting > 0 ? 'layers-active' : 'layers', color: null },
      contextValue: `queue.${queue.kind}`,
      children: 'none',
      resource: null,
      click: null,
    };
  }

  tooltip(id: string): string | null {
    const { picture, l10n, clock } = this.#fleet;
    const queue = picture.queue(id.slice('queue:'.length));
    return queue === undefined ? null : queueTooltip(queue, { picture, l10n, now: clock.now() });
  }
}

function queueDescription(queue: Queue, manyNamespaces: boolean, l10n: Translator): string {
  const parts = [l10n.t('{0} waiting', queue.waiting)];
  if (queue.active !== null) parts.push(l10n.t('{0} active', queue.active));
  if (queue.failed !== null && queue.failed > 0) parts.push(l10n.t('{0} failed', queue.failed));
  if (queue.oldestMs !== null) parts.push(l10n.t('oldest {0}', roughAgeText(queue.oldestMs)));
  if (manyNamespaces && queue.ns !== '') parts.push(displayText(queue.ns, 40));
  return parts.join(' · ');
}
