import * as vscode from 'vscode';
import type { KeyTable } from '../../protocol/keyTable.ts';
import type { Redis } from '../../redis/client.ts';
import { ExportFile } from '../../redis/keys/exportFile.ts';
import { removeKeys, type Removal } from '../../redis/keys/removeKeys.ts';
import { survey, type Survey } from '../../redis/keys/survey.ts';
import type { Acting } from '../acting/acting.ts';
import { flagOf, isAsked } from '../arguments.ts';
import { failureText } from '../say.ts';
import { askPlace, placeIn, type ExportPlace } from './exportPlace.ts';
import { namespaceOf } from './namespaceOf.ts';
import { askScope, ofNamespace, scopeIn, type Meant } from './scope.ts';
import { askWhether, outcomeText, tellOutcome } from './surveyDialogs.ts';

/** What a program is told of a clean-up. */
export interface CleanedUp extends Removal {
  /** How many of each type there were to remove. */
  readonly found: Readonly<Record<string, number>>;
  readonly bytes: number;
  readonly examples: readonly string[];
  /** How many stay, and why. */
  readonly kept: Readonly<Record<string, number>>;
  /** Null where nothing was removed. */
  readonly file: string | null;
}

/**
 * Counts the keys of a namespace or a pattern, exports them to a file, and removes what stands there. With `{ns | pattern, dryRun?,
 * file?, confirm?}` it asks nothing; with the namespace's name as `confirm` it takes also leases and what Signalbox keeps.
 * @throws Error in words
 */
export async function cleanUpKeys(acting: Acting, table: KeyTable, argument?: unknown): Promise<CleanedUp | undefined> {
  acting.demandConnection();
  return isAsked(argument) ? byProgram(acting, table, argument) : byPerson(acting, table);
}

async function byProgram(acting: Acting, table: KeyTable, argument: unknown): Promise<CleanedUp> {
  const meant = scopeIn(argument, acting.picture);
  const found = await count(acting, meant, table, unseen);
  if (flagOf(argument, 'dryRun') || found.total === 0) return outcome(found, nothing(), null);
  const place = placeIn(argument, acting.clock.now());
  return outcome(found, await remove(acting, meant, found, place, unseen), place.file);
}

async function byPerson(acting: Acting, table: KeyTable): Promise<CleanedUp | undefined> {
  const title = vscode.l10n.t('Clean Up Keys');
  const counted = (scope: Meant): Promise<Survey | undefined> =>
    inSight(title, (sight) => count(acting, scope, table, sight));
  let meant = await askScope(acting.picture, title);
  let found = meant && (await counted(meant));
  if (meant === undefined || found === undefined) return undefined;
  const chosen = await askWhether(meant, found);
  if (chosen === undefined) return undefined;
  if (chosen === 'all') {
    meant = ofNamespace(meant.ns ?? '', acting.picture, true);
    found = await counted(meant);
  }
  const place = found && (await askPlace(title, acting.clock.now()));
  if (found === undefined || place === undefined) return undefined;
  const [scope, all] = [meant, found];
  const gone = (await inSight(title, (sight) => remove(acting, scope, all, place, sight))) ?? nothing();
  tellOutcome(gone, place.file);
  return outcome(found, gone, place.file);
}

/** How far work is, and whether it is to stop. */
interface Sight {
  readonly signal: AbortSignal;
  readonly tell: (text: string) => void;
}
const unseen: Sight = { signal: new AbortController().signal, tell: () => undefined };
const nothing = (): Removal => ({ removed: 0, changed: 0, came: 0 });

/** Work that a person sees and can stop; undefined where they did so before it came to anything. */
async function inSight<T>(title: string, work: (sight: Sight) => Promise<T>): Promise<T | undefined> {
  const stop = new AbortController();
  const options = { location: vscode.ProgressLocation.Notification, cancellable: true, title };
  return vscode.window.withProgress(options, async (progress, token) => {
    token.onCancellationRequested(() => stop.abort());
    try {
      return await work({ signal: stop.signal, tell: (message) => progress.report({ message }) });
    } catch (error) {
      if (error instanceof Error && error.cause && error.cause === stop.signal.reason) return undefined;
      throw error;
    }
  });
}

const count = (acting: Acting, meant: Meant, table: KeyTable, { signal, tell }: Sight): Promise<Survey> =>
  within(acting, meant, (client) =>
    survey(client, meant, acting.picture.connection.namespaces, table, signal, (total) => tell(String(total))),
  );

async function remove(
  acting: Acting,
  meant: Meant,
  found: Survey,
  { file, overwrite }: ExportPlace,
  { signal, tell }: Sight,
): Promise<Removal> {
  const gone = nothing();
  const exported = await ExportFile.create(file, meant.pattern, acting.clock.now(), overwrite);
  const step = (): void => tell(`${gone.removed} / ${found.total}`);
  try {
    await within(acting, meant, (client) => removeKeys(client, meant, found, exported, gone, signal, step));
  } catch (error) {
    if (gone.removed === 0) throw error;
    throw new Error(`${failureText(error)} ${outcomeText(gone, file)}`, { cause: error });
  } finally {
    await exported.close();
  }
  return gone;
}

const within = <T>(acting: Acting, meant: Meant, work: (client: Redis) => Promise<T>): Promise<T> => {
  const ns = namespaceOf(acting, meant.ns ?? meant.pattern);
  return acting.link.act(ns, 'keyDeeds', work, [`~${meant.pattern}`]);
};

function outcome({ types, bytes, examples, kept }: Survey, gone: Removal, file: string | null): CleanedUp {
  const stay = Object.fromEntries(Object.entries(kept).map(([why, { count: number }]) => [why, number]));
  return { found: types, bytes, examples, kept: stay, ...gone, file };
}
