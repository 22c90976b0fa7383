import path from 'node:path';
import type { Clock } from '../../protocol/clock.ts';
import type { Reason } from '../../protocol/reasons.ts';
import type { ConnectionSettings } from '../../redis/settings.ts';
import { readConnections, writeConnection, type ConnectionEntry } from '../connections.ts';
import { ownNamespace, recordedNamespace, recordNamespace } from '../namespace.ts';
import { worktreesOf, type Repository } from '../repository.ts';
import { prepareServer } from '../server.ts';
import { guardedSessions, type GuardedSessions } from '../sessions/guarded.ts';
import { hookCommand } from './entries.ts';
import { carryOut, planEntries, planRemoval, type FileChange } from './fileChanges.ts';
import { Notes } from './notes.ts';
import { filesOf, installedName, installedPrograms, installPrograms, programFolder, type Source } from './programs.ts';

export interface SetUpWish {
  repository: Repository;
  /** The namespace it is to have; null for the recorded one, else its own. */
  namespace: string | null;
  /** The server that its agents are to meet at; null for the one that the connections file names for it. */
  connection: Omit<ConnectionEntry, 'namespace'> | null;
  /** For everybody who has the repository, instead of for this person. */
  shared: boolean;
  permission: boolean;
  source: Source;
}

/** All that set-up is about to write. */
export interface SetUpPlan {
  wish: SetUpWish;
  namespace: string;
  /** Whether the repository has yet to record it. */
  isNew: boolean;
  entry: ConnectionEntry;
  /** Whether the connections file has yet to get it. */
  isEntryNew: boolean;
  programs: { folder: string; files: readonly string[]; installed: string | null; version: string };
  files: readonly FileChange[];
}

export interface SetUpResult {
  /** The settings files that were written. */
  changed: readonly string[];
  programs: { version: string; changed: boolean };
  library: { version: string; changed: boolean } | null;
  /** Why the server was not prepared; null where it was. */
  reason: Reason | null;
  sessions: GuardedSessions | null;
}

/**
 * Finds out what is to be written, and writes nothing. `defaultUrl` is what is taken where nobody names a server.
 * @throws UserError where a file is not what it has to be
 */
export async function planSetUp(wish: SetUpWish, defaultUrl: string): Promise<SetUpPlan> {
  const { repository, shared, permission, source } = wish;
  const recorded = await recordedNamespace(repository);
  const namespace = wish.namespace ?? recorded ?? (await ownNamespace(repository));
  const known = readConnections(source.home);
  const former = known.find((each) => each.namespace === namespace);
  const meeting = wish.connection ?? former ?? known[0] ?? { url: defaultUrl, username: '', password: '' };
  // Who names only the address means the user and the password that are known for it.
  const isBare = meeting.username === '' && meeting.password === '';
  const same = isBare ? [former, ...known].find((each) => each?.url === meeting.url) : undefined;
  const { url, username, password } = same ?? meeting;
  const entry = { namespace, url, username, password };
  const notes = new Notes(source.home);
  const wanted = { command: hookCommand(process.platform), permission };
  const places = shared ? [sharedFile(repository.root)] : worktreesOf(repository).map(localFile);
  return {
    wish,
    namespace,
    isNew: namespace !== recorded,
    entry,
    isEntryNew: JSON.stringify(former) !== JSON.stringify(entry),
    programs: {
      folder: programFolder(source.home),
      files: filesOf(source.dist).map(installedName),
      installed: installedPrograms(source.home),
      version: source.version,
    },
    files: distinct(places.map((place) => planEntries(place, wanted, notes))),
  };
}

/** Writes what was planned, prepares the server and looks who is guarded. A server that is away is no failure. */
export async function setUp(plan: SetUpPlan, clock: Clock, tls?: ConnectionSettings['tls']): Promise<SetUpResult> {
  const { wish, namespace, entry } = plan;
  const { repository, source } = wish;
  if (plan.isNew) await recordNamespace(repository, namespace);
  if (plan.isEntryNew) writeConnection(entry, source.home);
  // The entries come last: what they call is there then.
  const programs = await installPrograms(source);
  const notes = new Notes(source.home);
  const changed = plan.files.filter((each) => carryOut(each, notes)).map(({ file }) => file);
  const { url, username, password } = entry;
  const settings = {
    url,
    namespaces: [namespace],
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    ...(tls ? { tls } : {}),
  };
  const { library, agents, reason } = await prepareServer(settings, namespace, clock);
  return { changed, programs, library, reason, sessions: await guardedSessions(repository, agents) };
}

/**
 * What is to be taken out of the settings files of a repository, of all its working trees; of the shared ones only with
 * `shared`.
 * @throws UserError where a file is not what it has to be
 */
export function planTakeOut(repository: Repository, shared: boolean, home?: string): FileChange[] {
  const notes = new Notes(home);
  const files = worktreesOf(repository).flatMap((root) =>
    shared ? [sharedFile(root)] : [localFile(root), sharedFile(root)],
  );
  return distinct(files.map((file) => planRemoval(file, notes))).filter(({ before, after }) => before !== after);
}

/** Answers the files that were changed. */
export function takeOut(changes: readonly FileChange[], home?: string): string[] {
  const notes = new Notes(home);
  return changes.filter((change) => carryOut(change, notes)).map(({ file }) => file);
}

const localFile = (root: string): string => path.join(root, '.claude', 'settings.local.json');
const sharedFile = (root: string): string => path.join(root, '.claude', 'settings.json');

/** Links of several working trees may lead to one file. */
const distinct = (changes: FileChange[]): FileChange[] => [
  ...new Map(changes.map((change) => [change.file, change])).values(),
];
