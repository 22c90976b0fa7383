import type { Content, RunItem, Step } from '../../model/keys/runItems.ts';
import { displayText } from '../../protocol/displayText.ts';
import { ageText, leftText } from '../duration.ts';
import { beyondLimitRow, Derived, type Fleet } from '../fleetRows.ts';
import { codeBlock, plain } from '../markdown.ts';
import type { Projection, Row } from '../row.ts';
import { ErrorRows } from './errorRows.ts';
import { runDescription, runIcon, stepDescription, stepIcon } from './runText.ts';

const beyond = '…';

/** A row below an item: a step of a pipeline, or a field of shared state. */
type Part = { readonly step: Step } | { readonly entry: readonly [string, string] };

/** The Run view: how far a run is, by what plain agents keep in keys of their own. */
export class RunRows implements Projection {
  readonly #fleet: Fleet;
  readonly #items: Derived<ReadonlyMap<string, RunItem>>;
  readonly #errors: ErrorRows;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
    this.#errors = new ErrorRows(fleet, () => {
      const item = this.#items.get().get('run:errors');
      return item?.kind === 'errors' ? item : undefined;
    });
    this.#items = new Derived(fleet.picture, () => new Map(fleet.picture.run.map((item) => [`run:${item.key}`, item])));
  }

  children(parent: string | null): readonly string[] {
    const items = this.#items.get();
    if (parent === null)
      return [...[...items.keys()].sort(byRank(items)), ...(this.#fleet.picture.beyondLimits.keys ? [beyond] : [])];
    if (ErrorRows.has(parent)) return this.#errors.children(parent);
    const item = items.get(parent);
    return item === undefined ? [] : [...partsOf(item).keys()].map((name) => JSON.stringify([parent, name]));
  }

  row(id: string): Row | null {
    const { l10n, clock } = this.#fleet;
    if (id === beyond) return beyondLimitRow(l10n.t('There are more, which are not looked at'));
    if (ErrorRows.has(id)) return this.#errors.row(id);
    const now = clock.now();
    const part = this.#part(id);
    if (part !== null) return this.#partRow(id, part, now);
    const item = this.#items.get().get(id);
    if (item === undefined) return null;
    const label = displayText(item.name, 80);
    const namespace =
      this.#fleet.picture.connection.namespaces.length > 1 && item.ns !== '' ? displayText(item.ns, 40) : '';
    const description = [runDescription(item, now, l10n), namespace].filter(Boolean).join(' · ');
    return {
      ...row(label, description),
      icon: runIcon(item),
      contextValue: `run.${item.kind}`,
      children: partsOf(item).size === 0 ? 'none' : item.kind === 'pipeline' ? 'expanded' : 'collapsed',
      click: 'content' in item && partsOf(item).size === 0 ? openValue(id) : null,
    };
  }

  tooltip(id: string): string | null {
    if (ErrorRows.has(id)) return this.#errors.tooltip(id);
    const { clock, l10n } = this.#fleet;
    const now = clock.now();
    const part = this.#part(id);
    if (part !== null) {
      if ('entry' in part) return `**${plain(part.entry[0], 200)}**\n\n${contentBlock(part.entry[1])}`;
      const { step } = part;
      const head = `**${plain(step.name, 200)}** · ${plain(stepDescription(step, now, l10n), 200)}`;
      const why = step.isPremature
        ? `  \n${plain(l10n.t('It runs although the step before it is not done.'), 200)}`
        : '';
      return head + why + (step.results === null ? '' : `\n\n${contentOf(step.results)}`);
    }
    const item = this.#items.get().get(id);
    if (item === undefined) return null;
    const lines = [`**${plain(item.name, 200)}** · ${plain(runDescription(item, now, l10n), 300)}`];
    if (item.ns !== '') lines.push(`${plain(l10n.t('Namespace'), 40)}: ${plain(item.ns, 100)}`);
    if (item.kind === 'run') lines.push(plain(l10n.t('For {0}', ageText(now - item.since)), 100));
    if (!('content' in item)) return lines.join('  \n');
    const { expiresAt } = item.content;
    const end = expiresAt === null ? l10n.t('Without an expiry') : l10n.t('{0} left', leftText(expiresAt - now));
    return `${[...lines, plain(end, 100)].join('  \n')}\n\n${contentOf(item.content)}`;
  }

  #part(id: string): Part | null {
    if (!id.startsWith('[')) return null;
    const [parent, name] = JSON.parse(id) as [string, string];
    const item = this.#items.get().get(parent);
    return item === undefined ? null : (partsOf(item).get(name) ?? null);
  }

  #partRow(id: string, part: Part, now: number): Row {
    if ('step' in part) {
      const description = stepDescription(part.step, now, this.#fleet.l10n);
      return {
        ...row(displayText(part.step.name, 80), description),
        icon: stepIcon(part.step),
        contextValue: 'run.step',
        click: part.step.results === null ? null : openValue(id),
      };
    }
    const [name, value] = part.entry;
    return { ...row(displayText(name, 80), displayText(value, 120)), click: openValue(id) };
  }

  dispose(): void {
    this.#items.dispose();
  }
}

const ranks = ['run', 'errors', 'progress', 'pipeline', 'counter', 'shared', 'result'];

/** What says most about a run comes first. */
const byRank =
  (items: ReadonlyMap<string, RunItem>) =>
  (a: string, b: string): number =>
    ranks.indexOf(items.get(a)!.kind) - ranks.indexOf(items.get(b)!.kind);

function partsOf(item: RunItem): ReadonlyMap<string, Part> {
  if (item.kind === 'pipeline') return new Map(item.steps.map((step) => [step.name, { step }]));
  if (item.kind === 'shared') {
    return new Map(item.content.entries.map((entry) => [entry[0], { entry }]));
  }
  return new Map();
}

/** Opens what stands in the key, or in its field, in an editor of VS Code. */
const openValue = (row: string): Row['click'] => ({
  command: 'signalbox.inspectKey',
  argument: { row, show: 'value' },
});

const row = (label: string, description: string): Row => ({
  label,
  description,
  spoken: `${label}, ${description.replaceAll(' · ', ', ')}`,
  icon: { codicon: 'symbol-field', color: null },
  contextValue: 'run.part',
  children: 'none',
  resource: null,
  click: null,
});

function contentOf({ text, entries }: Content): string {
  return contentBlock(text ?? JSON.stringify(Object.fromEntries(entries), null, 2));
}

/** JSON is laid out; what was cut off in the middle is shown as it is. */
function contentBlock(text: string): string {
  try {
    return codeBlock(JSON.stringify(JSON.parse(text) as unknown, null, 2), 24, 'json');
  } catch {
    return codeBlock(text, 24);
  }
}
