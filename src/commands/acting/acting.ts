import * as vscode from 'vscode';
import { ownName } from '../../host/person.ts';
import type { Picture } from '../../model/picture.ts';
import type { Clock } from '../../protocol/clock.ts';
import { displayText } from '../../protocol/displayText.ts';
import type { Calls } from '../../redis/library/calls.ts';
import type { Link } from '../../redis/link.ts';
import { UserError } from '../../redis/userError.ts';
import { textOf } from '../arguments.ts';
import { failureText, inPassing } from '../say.ts';

/** How long what a person asked for may take in all, in ms; loading the function library may be part of it. */
const limit = 10_000;

/** What all commands have in common by which a person acts in a fleet: as whom, where, and how long it may take. */
export class Acting {
  readonly link: Link;
  readonly picture: Picture;
  readonly clock: Clock;
  /** As whom the person at this window acts. */
  readonly by = ownName();

  constructor(link: Link, picture: Picture, clock: Clock) {
    this.link = link;
    this.picture = picture;
    this.clock = clock;
  }

  /** @throws Error that says what to do where there is no connection, so that nobody types what then cannot be sent */
  demandConnection(): void {
    const { state, reason } = this.picture.connection;
    if (state === 'live') return;
    if (state === 'unconfigured') {
      throw new Error(vscode.l10n.t('Not connected to Redis. Run Signalbox: Connect to Redis first.'));
    }
    const why = reason === null ? '' : ` ${failureText(new UserError(reason))}`;
    throw new Error(vscode.l10n.t('There is no connection to Redis now, so nothing was done.') + why);
  }

  /** The namespace that an argument object names; undefined where it names none. @throws Error where it is not connected to */
  namespaceIn(argument: unknown): string | undefined {
    const ns = textOf(argument, 'ns');
    if (ns === undefined || this.picture.connection.namespaces.includes(ns)) return ns;
    throw new Error(vscode.l10n.t('This window does not show the fleet {0}.', displayText(ns, 80)));
  }

  /** What people call an agent. */
  nameOf(ns: string, id: string): string {
    return displayText(this.picture.nameOf(ns, id), 60);
  }

  /**
   * Calls the function library in a namespace, with a sign in the status bar while it takes.
   * @throws Error in words: there is no connection, it takes too long, the server or the library refuses
   */
  async call<T>(ns: string, title: string, work: (calls: Calls) => Promise<T>): Promise<T> {
    this.demandConnection();
    const location = vscode.ProgressLocation.Window;
    try {
      return await vscode.window.withProgress({ location, title }, () => this.#within(work(this.link.calls(ns))));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const { code } = error.reason;
      if (code !== 'timeout' && code !== 'closed') throw error;
      const unsure = vscode.l10n.t('Whether it was done shows once the server answers again.');
      throw new Error(`${failureText(error)} ${unsure}`, { cause: error });
    }
  }

  #within<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const where = this.picture.connection.url ?? 'Redis';
      const timer = this.clock.after(limit, () => reject(new UserError({ code: 'timeout', where })));
      work.then(resolve, reject).finally(() => timer.dispose());
    });
  }
}

/** Tells in passing what was done. */
export const done = (text: string): void => inPassing(text, 'check');
