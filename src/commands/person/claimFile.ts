import * as vscode from 'vscode';
import type { Place } from '../../host/claimable.ts';
import { ownName } from '../../host/person.ts';
import type { Roots } from '../../host/roots.ts';
import { displayText } from '../../protocol/displayText.ts';
import type { InLineReply } from '../../redis/library/inLine.ts';
import { isAsked } from '../arguments.ts';
import { forMessage, inPassing } from '../say.ts';
import type { OwnClaims } from '../standing/ownClaims.ts';
import { askWay, goWay } from './blocked.ts';
import { placeMeant } from './place.ts';
import { waitInLine, type WaitParts } from './wait.ts';
import { heldWords, notHadWords } from './words.ts';

export interface ClaimFileParts extends WaitParts {
  readonly roots: Roots;
  readonly claims: () => Promise<OwnClaims>;
}

/** What became of a claim by hand; `holder` is who is in the way. */
export type Claimed = Place & { result: InLineReply['kind'] | 'waiting'; holder?: string };

/** Questions that one person answers before they are forgotten: each answer may meet another holder. */
const mostAsked = 5;
/** Lines that a person stands in at once. */
const mostLines = 8;

/** The person keeps agents out of a file or folder, and lets them in again. */
export class ClaimFile {
  readonly #parts: ClaimFileParts;
  readonly #me = ownName();
  /** What the person waits for. */
  readonly #lines = new Set<string>();

  constructor(parts: ClaimFileParts) {
    this.#parts = parts;
  }

  /** With an argument object it asks nothing: the answer says who is in the way. */
  async claim(argument?: unknown): Promise<Claimed> {
    const { picture, roots, claims } = this.#parts;
    const place = await placeMeant(argument, picture, roots);
    const own = await claims();
    for (let asked = 0; ; asked++) {
      const reply = await own.claim(place, 'hand');
      if (reply.kind !== 'denied' || isAsked(argument) || asked === mostAsked) {
        return this.#told(place, reply, isAsked(argument));
      }
      const way = await askWay(place, reply, picture);
      if (way === 'wait') return this.#wait(place, own);
      if (way === null || !(await goWay(way, this.#me, place, reply))) {
        return { ...place, result: reply.kind, holder: reply.holder };
      }
    }
  }

  /** Answers whether it was the person's until now. */
  async release(argument?: unknown): Promise<Place & { released: boolean }> {
    const { picture, roots, claims } = this.#parts;
    const place = await placeMeant(argument, picture, roots);
    // It may be a claim of another window.
    const held = picture.claimsHeldBy(place.ns, this.#me).find(({ resource }) => resource === place.resource);
    const released = await (await claims()).release(place, null, held?.token ?? null);
    const name = displayText(place.resource, 80);
    inPassing(released ? vscode.l10n.t('You let go of {0}', name) : vscode.l10n.t('You did not hold {0}', name));
    return { ...place, released };
  }

  async #wait(place: Place, own: OwnClaims): Promise<Claimed> {
    const key = `${place.ns}\0${place.resource}`;
    if (this.#lines.has(key)) return { ...place, result: 'waiting' };
    if (this.#lines.size >= mostLines)
      throw new Error(vscode.l10n.t('You wait for too much already. Leave a line first.'));
    this.#lines.add(key);
    try {
      const reply = await waitInLine(this.#me, place, this.#parts);
      if (reply.kind === 'granted') own.keep(place, 'hand', reply);
      if (reply.kind === 'granted') {
        // Whoever waited has done something else since.
        void vscode.window.showInformationMessage(forMessage(vscode.l10n.t('{0} is yours now.', place.resource)));
        return { ...place, result: reply.kind };
      }
      return this.#told(place, reply, false);
    } finally {
      this.#lines.delete(key);
    }
  }

  /** @throws Error in words where a person asked for what cannot be had */
  #told(place: Place, reply: InLineReply, isQuiet: boolean): Claimed {
    const denied = reply.kind === 'denied' ? reply : reply.kind === 'waited-in-vain' ? reply.denied : undefined;
    const claimed = { ...place, result: reply.kind, ...(denied === undefined ? {} : { holder: denied.holder }) };
    const name = displayText(place.resource, 80);
    if (reply.kind === 'granted') inPassing(vscode.l10n.t('You hold {0}', name), 'check');
    if (isQuiet || reply.kind === 'granted' || reply.kind === 'aborted') return claimed;
    if (denied === undefined) throw new Error(notHadWords(reply, place.ns, this.#parts.picture));
    const held = `${name}: ${heldWords(place.ns, denied, this.#parts.picture)}`;
    if (reply.kind !== 'waited-in-vain') inPassing(held);
    else void vscode.window.showInformationMessage(forMessage(`${vscode.l10n.t('Waited in vain.')} ${held}`));
    return claimed;
  }
}
