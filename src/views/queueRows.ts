import type { Queue } from '../model/picture.ts';
import { hasToRequeue } from '../model/queueFigures.ts';
import { displayText } from '../protocol/displayText.ts';
import { beyondLimitRow, type Fleet } from './fleetRows.ts';
import { partAt, partsOf, type QueuePart } from './queues/queueParts.ts';
import { partIcon, partWords, queueDescription, queueIcon } from './queues/queueText.ts';
import { partTooltip, queueTooltip } from './queues/queueTooltip.ts';
import type { Projection, Row } from './row.ts';

const beyond = '…';

/** The Queues view: where work waits, how much, and what becomes of it. */
export class QueueRows implements Projection {
  readonly #fleet: Fleet;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  children(parent: string | null): readonly string[] {
    const { queues, beyondLimits } = this.#fleet.picture;
    if (parent === null) {
      return [...queues.map((queue) => `queue:${queue.key}`), ...(beyondLimits.queues ? [beyond] : [])];
    }
    const [row, ...path] = pathOf(parent);
    const queue = this.#queue(row);
    if (queue === undefined) return [];
    return [...partsOf(queue, path).keys()].map((name) => JSON.stringify([row, ...path, name]));
  }

  row(id: string): Row | null {
    const { picture, l10n, clock } = this.#fleet;
    if (id === beyond) return beyondLimitRow(l10n.t('There are more, which are not looked at'));
    const [row, ...path] = pathOf(id);
    const queue = this.#queue(row);
    if (queue === undefined) return null;
    const children = partsOf(queue, path).size > 0 ? 'collapsed' : 'none';
    if (path.length > 0) {
      const part = partAt(queue, path);
      return part === undefined ? null : { ...this.#partRow(part, queue), children };
    }
    const label = displayText(queue.name, 80);
    const namespace = picture.connection.namespaces.length > 1 && queue.ns !== '' ? displayText(queue.ns, 40) : '';
    const description = [queueDescription(queue, clock.now(), l10n), namespace].filter(Boolean).join(' · ');
    const contextValue = `queue.${queue.kind}${hasToRequeue(queue) ? '.failed' : ''}`;
    return { ...plainRow(label, description), icon: queueIcon(queue), contextValue, children };
  }

  tooltip(id: string): string | null {
    const { picture, l10n, clock } = this.#fleet;
    const [row, ...path] = pathOf(id);
    const queue = this.#queue(row);
    if (queue === undefined) return null;
    if (path.length === 0) return queueTooltip(queue, { picture, l10n, now: clock.now() });
    const part = partAt(queue, path);
    return part === undefined ? null : partTooltip(part, queue, l10n);
  }

  #queue(row: string): Queue | undefined {
    return this.#fleet.picture.queue(row.slice('queue:'.length));
  }

  #partRow(part: QueuePart, queue: Queue): Omit<Row, 'children'> {
    const { label, description } = partWords(part, queue, this.#fleet.l10n);
    const isFailed = part.kind === 'state' && part.state === 'failed';
    return {
      ...plainRow(label, description),
      icon: partIcon(part),
      contextValue: isFailed ? 'queuePart.failed' : 'queuePart',
    };
  }
}

/** The row of the queue, and the names of parts that lead to a row below it. */
function pathOf(id: string): [queue: string, ...path: string[]] {
  return id.startsWith('[') ? (JSON.parse(id) as [string, ...string[]]) : [id];
}

const plainRow = (label: string, description: string): Omit<Row, 'icon' | 'contextValue' | 'children'> => ({
  label,
  description,
  spoken: `${label}, ${description.replaceAll(' · ', ', ')}`,
  resource: null,
  click: null,
});
