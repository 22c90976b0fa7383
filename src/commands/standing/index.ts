import { hostname } from 'node:os';
import type * as vscode from 'vscode';
import type { Config } from '../../host/config.ts';
import { Disposables } from '../../host/disposables.ts';
import { ownName } from '../../host/person.ts';
import type { Roots } from '../../host/roots.ts';
import { Herald } from '../../model/herald.ts';
import type { Picture } from '../../model/picture.ts';
import type { Clock } from '../../protocol/clock.ts';
import type { Log } from '../../protocol/log.ts';
import { hookVersion } from '../../protocol/hookVersion.ts';
import type { Link } from '../../redis/link.ts';
import { refreshPrograms } from '../../setup/claude/programs.ts';
import { failureText, inPassing } from '../say.ts';
import { Notifier } from './notifier.ts';
import { DirtyFiles } from './dirtyFiles.ts';
import { lossText } from './lossText.ts';
import { ObeyedSettings } from './obeyedSettings.ts';
import { OwnClaims } from './ownClaims.ts';
import { joined } from './ownConnection.ts';
import { UnsavedClaims } from './unsavedClaims.ts';

export interface StandingParts {
  readonly picture: Picture;
  readonly link: Link;
  readonly config: Config;
  readonly roots: Roots;
  readonly memory: vscode.Memento;
  readonly log: Log;
  readonly clock: Clock;
  /** Where the extension's bundles are. */
  readonly dist: string;
  /** Whether the list of what needs attention is in sight. */
  readonly isSeen: () => boolean;
}

/** What is done for the person without being asked, once there is a connection. A bundle of its own, loaded then. */
export class Standing implements vscode.Disposable {
  readonly #owned = new Disposables();
  /** What the person at this window holds. */
  readonly claims: OwnClaims;

  constructor({ picture, link, config, roots, memory, log, clock, dist, isSeen }: StandingParts) {
    this.#owned.add(new Notifier(picture, config, clock, isSeen));
    this.#owned.add(new ObeyedSettings(link, picture, config, memory, log));
    this.claims = this.#owned.add(
      new OwnClaims({
        name: ownName(),
        host: hostname(),
        calls: (ns) => link.calls(ns),
        caughtUp: () => link.caughtUp(),
        clock,
        onLost: (claim, loss) => inPassing(lossText(claim, loss, picture)),
      }),
    );
    const unsaved = this.#owned.add(new UnsavedClaims(this.claims, clock));
    this.#owned.add(joined(this.claims, unsaved, picture));
    this.#owned.add(
      new Herald(
        picture,
        clock,
        () => link.skewMs,
        (tidings) => void link.tell(tidings),
      ),
    );
    this.#owned.add(new DirtyFiles(unsaved, config, picture, roots));
    void refresh(dist, log);
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

/** An update of the extension brings programs that are to replace those that set-up installed. */
async function refresh(dist: string, log: Log): Promise<void> {
  try {
    const isDone = await refreshPrograms({ dist, version: hookVersion, env: process.env });
    if (isDone) log.info(`The programs of the Claude Code hook are now of version ${hookVersion}.`);
  } catch (error) {
    log.warn(failureText(error));
  }
}
