import { attentionRowId } from '../host/rowIds.ts';
import { healthReason } from '../model/attentionText.ts';
import type { AttentionItem } from '../model/picture.ts';
import { displayText } from '../protocol/displayText.ts';
import type { Disposable } from '../protocol/emitter.ts';
import { reasonText } from '../protocol/reasons.ts';
import { attentionIcon, attentionWords } from './attentionWords.ts';
import { clickOn } from './clicks.ts';
import { roughAgeText } from './duration.ts';
import { Derived, type Fleet } from './fleetRows.ts';
import type { Projection, Row } from './row.ts';
import { attentionTooltip } from './tooltips.ts';
import { troubleContext } from './troubleWords.ts';

/** The Needs Attention view: what a person should look at, most urgent first. */
export class AttentionRows implements Projection, Disposable {
  readonly #fleet: Fleet;
  readonly #items: Derived<ReadonlyMap<string, AttentionItem>>;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
    this.#items = new Derived(
      fleet.picture,
      () => new Map(fleet.picture.attention.map((item) => [attentionRowId(item.id), item])),
    );
  }

  children(parent: string | null): readonly string[] {
    return parent === null ? [...this.#items.get().keys()] : [];
  }

  row(id: string): Row | null {
    const item = this.#items.get().get(id);
    if (item === undefined) return null;
    const { picture, l10n, clock, files } = this.#fleet;
    const { label, text, after = '', folder = '' } = attentionWords(item, picture, l10n);
    const base = {
      label,
      icon: attentionIcon(item),
      children: 'none',
      // Its own icon says what is the matter, so it does not stand for the file.
      resource: null,
    } as const;
    if (item.kind === 'health') {
      const spoken = `${label}, ${displayText(reasonText(healthReason(item), l10n), 600)}`;
      return { ...base, description: text, spoken, contextValue: troubleContext(item), click: null };
    }
    const age = roughAgeText(clock.now() - item.since);
    const place = folder === '' ? label : `${folder}/${label}`;
    const click = item.resource === null ? null : clickOn(item.ns, item.resource, files, true);
    return {
      ...base,
      // How long somebody has been waiting is to be seen also where the view is narrow.
      description: [age, text, after, folder].filter(Boolean).join(' · '),
      spoken: [place, text, after].filter(Boolean).join(', '),
      contextValue: `attention.${contextOf(item, click !== null)}`,
      click,
    };
  }

  tooltip(id: string): string | null {
    const item = this.#items.get().get(id);
    const { picture, l10n, clock } = this.#fleet;
    return item === undefined ? null : attentionTooltip(item, { picture, l10n, now: clock.now() });
  }

  dispose(): void {
    this.#items.dispose();
  }
}

/** By what can be done about it: a task that two work on need not be a file, and an error may be nobody's. */
function contextOf({ kind, agent, waits, spelling }: AttentionItem, isFile: boolean): string {
  if (kind === 'conflict' && waits === undefined && spelling === undefined && !isFile) return 'work';
  return kind === 'error' || kind === 'run-failed' ? (agent === null ? 'run-failed' : 'error') : kind;
}
