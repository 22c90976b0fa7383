import * as vscode from 'vscode';
import { ownName } from '../../host/person.ts';
import type { Place } from '../../host/claimable.ts';
import type { Roots } from '../../host/roots.ts';
import type { Picture } from '../../model/picture.ts';
import { displayText } from '../../protocol/displayText.ts';
import { isAsked } from '../arguments.ts';
import { inPassing } from '../say.ts';
import type { OwnClaims } from '../standing/ownClaims.ts';
import { placeMeant } from './place.ts';

export interface ClaimFileParts {
  readonly picture: Picture;
  readonly roots: Roots;
  readonly claims: () => Promise<OwnClaims>;
}

/** What became of a claim by hand. */
export type Claimed = Place & ({ result: 'granted' | 'deadlock' | 'limit' } | { result: 'denied'; holder: string });

/** The person keeps agents out of a file or folder, and lets them in again. */
export class ClaimFile {
  readonly #parts: ClaimFileParts;

  constructor(parts: ClaimFileParts) {
    this.#parts = parts;
  }

  async claim(argument?: unknown): Promise<Claimed> {
    const { picture, roots, claims } = this.#parts;
    const place = await placeMeant(argument, picture, roots);
    const reply = await (await claims()).claim(place, 'hand');
    const name = displayText(place.resource, 80);
    if (reply.kind === 'denied') {
      const result = { ...place, result: reply.kind, holder: reply.holder } as const;
      if (!isAsked(argument)) inPassing(vscode.l10n.t('{0} holds {1}', reply.holder, name));
      return result;
    }
    if (reply.kind === 'granted') inPassing(vscode.l10n.t('You hold {0}', name), 'check');
    return { ...place, result: reply.kind };
  }

  /** Answers whether it was the person's until now. */
  async release(argument?: unknown): Promise<Place & { released: boolean }> {
    const { picture, roots, claims } = this.#parts;
    const place = await placeMeant(argument, picture, roots);
    // It may be a claim of another window.
    const held = picture.claimsHeldBy(place.ns, ownName()).find(({ resource }) => resource === place.resource);
    const released = await (await claims()).release(place, null, held?.token ?? null);
    const name = displayText(place.resource, 80);
    inPassing(released ? vscode.l10n.t('You let go of {0}', name) : vscode.l10n.t('You did not hold {0}', name));
    return { ...place, released };
  }
}
