import { namespacePattern } from '../protocol/names.ts';
import type { ConnectionSettings } from '../redis/settings.ts';
import { connectionFor, type ConnectionEntry } from '../setup/connections.ts';
import type { GlobalFlags } from './args.ts';
import { UsageError } from './exitCodes.ts';

export const defaultUrl = 'redis://127.0.0.1:6379';

/** What is written down on this machine, looked up only as far as flags and environment leave it open. */
export interface Recorded {
  /** The namespace of the repository; null without one. */
  namespace(): string | null;
  /** The entries of the connections file. Throws UserError where it cannot be used. */
  connections(): readonly ConnectionEntry[];
}

/**
 * Which server and which fleets a command means: the flag, else the environment, else what the repository recorded, else
 * the connections file. A variable that is set but empty counts as not set. A plain REDIS_URL is never read: it belongs to
 * somebody's application. Throws {@link UsageError} for a namespace that cannot be one.
 */
export function resolveTarget(flags: GlobalFlags, env: NodeJS.ProcessEnv, recorded: Recorded): ConnectionSettings {
  const fromEnvironment = nonEmpty(env['SIGNALBOX_NAMESPACE']);
  const [text, origin] =
    flags.namespace !== null
      ? [flags.namespace, '--namespace']
      : fromEnvironment !== null
        ? [fromEnvironment, 'SIGNALBOX_NAMESPACE']
        : ['auto', ''];
  const namespaces = new Set<string>();
  for (const part of text.split(',').map((each) => each.trim())) {
    if (part === 'auto') namespaces.add(ownNamespace(recorded)).add('');
    else namespaces.add(checked(part, origin));
  }
  return settingsFor([...namespaces], flags, env, recorded);
}

/**
 * As {@link resolveTarget} for a command that acts, which has to be in exactly one fleet: `auto` is what the repository
 * recorded, else that of the first connection, else the agents without a namespace. These can be named by a variable that
 * is set to nothing, since whoever starts a program in their fleet must be able to say so.
 */
export function resolveFleet(
  flags: GlobalFlags,
  env: NodeJS.ProcessEnv,
  recorded: Recorded,
): { settings: ConnectionSettings; ns: string } {
  const [text = 'auto', origin] =
    flags.namespace !== null ? [flags.namespace, '--namespace'] : [env['SIGNALBOX_NAMESPACE'], 'SIGNALBOX_NAMESPACE'];
  const parts = new Set(text.split(',').map((each) => each.trim()));
  if (parts.size > 1) {
    throw new UsageError(
      `${JSON.stringify(text)} (${origin}) names several namespaces; to act there must be one, such as --namespace shop:`,
    );
  }
  const ns = text.trim() === 'auto' ? ownNamespace(recorded) : checked(text.trim(), origin);
  return { settings: settingsFor([ns], flags, env, recorded), ns };
}

/** The user and the password of an entry belong to its address, and go to no other. */
function settingsFor(
  namespaces: readonly string[],
  flags: GlobalFlags,
  env: NodeJS.ProcessEnv,
  recorded: Recorded,
): ConnectionSettings {
  const named = flags.url ?? nonEmpty(env['SIGNALBOX_REDIS_URL']);
  if (named !== null) return { url: named, namespaces };
  const entry = connectionFor(recorded.connections(), namespaces[0] ?? '');
  if (entry === null) return { url: defaultUrl, namespaces };
  const { url, username, password } = entry;
  return { url, ...(username ? { username } : {}), ...(password ? { password } : {}), namespaces };
}

/** The repository's own, else that of the first connection, else the plain agents'. */
function ownNamespace(recorded: Recorded): string {
  const own = recorded.namespace();
  return own === null ? (recorded.connections()[0]?.namespace ?? '') : checked(own, 'git config signalbox.namespace');
}

function nonEmpty(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

function checked(namespace: string, origin: string): string {
  if (namespacePattern.test(namespace)) return namespace;
  throw new UsageError(
    `${JSON.stringify(namespace)} (${origin}) is no namespace. One looks like shop: — letters, digits and . _ - { }, ` +
      'ending in a colon. Several are separated by commas; the empty text means agents without a namespace.',
  );
}
