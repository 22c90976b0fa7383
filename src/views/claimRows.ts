import { claimRowId } from '../host/rowIds.ts';
import { claimRow } from './claimRow.ts';
import { beyondLimitRow, type Fleet } from './fleetRows.ts';
import type { Projection, Row } from './row.ts';
import { claimTooltip } from './tooltips.ts';

const beyond = '…';

/** The Claims view: every claim there is, by resource. Ids are the claims' keys. */
export class ClaimRows implements Projection {
  readonly #fleet: Fleet;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  children(parent: string | null): readonly string[] {
    if (parent !== null) return [];
    const { claims, beyondLimits } = this.#fleet.picture;
    return [...claims.map((claim) => claimRowId(claim.key)), ...(beyondLimits.claims ? [beyond] : [])];
  }

  row(id: string): Row | null {
    const { picture, files, l10n, clock } = this.#fleet;
    if (id === beyond) return beyondLimitRow(l10n.t('There are more, which are not looked at'));
    const claim = picture.claim(id.slice('claim:'.length));
    return claim === undefined ? null : claimRow(claim, { picture, files, l10n, now: clock.now() }, false);
  }

  tooltip(id: string): string | null {
    const { picture, l10n, clock } = this.#fleet;
    const claim = picture.claim(id.slice('claim:'.length));
    return claim === undefined ? null : claimTooltip(claim, { picture, l10n, now: clock.now() });
  }
}
