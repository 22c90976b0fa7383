import * as vscode from 'vscode';
import type { Place } from '../../host/claimable.ts';
import type { Picture } from '../../model/picture.ts';
import type { Clock } from '../../protocol/clock.ts';
import { displayText } from '../../protocol/displayText.ts';
import { claimInLine, type Bell, type InLineReply } from '../../redis/library/inLine.ts';
import type { Link } from '../../redis/link.ts';
import { wishFor } from '../standing/ownClaims.ts';
import { heldWords } from './words.ts';

/** The longest wait, ms. */
export const longestWait = 600_000;

export interface WaitParts {
  readonly picture: Picture;
  readonly link: Link;
  readonly clock: Clock;
}

/**
 * Stands in line for a person, who sees who is before them and can leave it. What was granted in the moment of leaving is
 * given back. @throws UserError as the library's calls do
 */
export async function waitInLine(me: string, place: Place, { picture, link, clock }: WaitParts): Promise<InLineReply> {
  const { ns, resource } = place;
  const title = vscode.l10n.t('In line for {0}', displayText(resource, 80));
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (progress, cancellation) => {
    const abort = new AbortController();
    const listening = cancellation.onCancellationRequested(() => abort.abort());
    const line = {
      ns,
      clock,
      openBell: () => Promise.resolve(new GrantBell(picture, clock)),
      // Asked for anew at each call, since the connection may be another one by then.
      calls: {
        claim: async (...args: Parameters<ReturnType<Link['calls']>['claim']>) => link.calls(ns).claim(...args),
        cancel: async (agent: string, waitId: string) => link.calls(ns).cancel(agent, waitId),
      },
    };
    try {
      const reply = await claimInLine(line, me, {
        ...wishFor(place, 'hand'),
        waitMs: longestWait,
        signal: abort.signal,
        onDenied: (denied) => progress.report({ message: heldWords(ns, denied, picture) }),
      });
      if (reply.kind !== 'granted' || !abort.signal.aborted) return reply;
      await link.calls(ns).release(me, [...reply.tokens]);
      return { kind: 'aborted' };
    } finally {
      listening.dispose();
    }
  });
}

/** Rings when it is told that a wait was granted, for which a window that listens anyway needs no connection more. */
class GrantBell implements Bell {
  readonly #picture: Picture;
  readonly #clock: Clock;
  #end: () => void = () => undefined;

  constructor(picture: Picture, clock: Clock) {
    this.#picture = picture;
    this.#clock = clock;
  }

  blpop(key: string, seconds: number): Promise<void> {
    return new Promise((resolve) => {
      const hearing = this.#picture.onTold(({ change }) => {
        if (change?.kind === 'claim' && change.waitId !== null && key.endsWith(`:${change.waitId}`)) this.#end();
      });
      const timer = this.#clock.after(seconds * 1000, () => this.#end());
      this.#end = () => {
        hearing.dispose();
        timer.dispose();
        resolve();
      };
    });
  }

  disconnect(): void {
    this.#end();
  }
}
