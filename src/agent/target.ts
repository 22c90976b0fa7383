import { namespacePattern } from '../protocol/names.ts';
import type { ConnectionSettings } from '../redis/settings.ts';
import type { GlobalFlags } from './args.ts';
import { UsageError } from './exitCodes.ts';

export const defaultUrl = 'redis://127.0.0.1:6379';

/**
 * Which server and which fleets a command means: the flag, else the environment, else what the repository recorded.
 * A variable that is set but empty counts as not set. A plain REDIS_URL is never read: it belongs to somebody's
 * application. Throws {@link UsageError} for a namespace that cannot be one.
 */
export function resolveTarget(
  flags: GlobalFlags,
  env: NodeJS.ProcessEnv,
  recordedNamespace: () => string | null,
): ConnectionSettings {
  const url = urlOf(flags, env);
  const fromEnvironment = nonEmpty(env['SIGNALBOX_NAMESPACE']);
  const [text, origin] =
    flags.namespace !== null
      ? [flags.namespace, '--namespace']
      : fromEnvironment !== null
        ? [fromEnvironment, 'SIGNALBOX_NAMESPACE']
        : ['auto', ''];
  const namespaces = new Set<string>();
  for (const part of text.split(',').map((each) => each.trim())) {
    if (part === 'auto') {
      const recorded = recordedNamespace();
      if (recorded !== null) namespaces.add(checked(recorded, 'git config signalbox.namespace'));
      namespaces.add('');
    } else {
      namespaces.add(checked(part, origin));
    }
  }
  return { url, namespaces: [...namespaces] };
}

/**
 * As {@link resolveTarget} for a command that acts, which has to be in exactly one fleet: `auto` is what the repository
 * recorded, else the agents without a namespace. These can be named by a variable that is set to nothing, since whoever
 * starts a program in their fleet must be able to say so.
 */
export function resolveFleet(
  flags: GlobalFlags,
  env: NodeJS.ProcessEnv,
  recordedNamespace: () => string | null,
): { settings: ConnectionSettings; ns: string } {
  const settings = (ns: string): { settings: ConnectionSettings; ns: string } => ({
    settings: { url: urlOf(flags, env), namespaces: [ns] },
    ns,
  });
  const [text = 'auto', origin] =
    flags.namespace !== null ? [flags.namespace, '--namespace'] : [env['SIGNALBOX_NAMESPACE'], 'SIGNALBOX_NAMESPACE'];
  if (text.trim() === 'auto') {
    const recorded = recordedNamespace();
    return settings(recorded === null ? '' : checked(recorded, 'git config signalbox.namespace'));
  }
  const parts = new Set(text.split(',').map((each) => each.trim()));
  if (parts.size > 1) {
    throw new UsageError(
      `${JSON.stringify(text)} (${origin}) names several namespaces; to act there must be one, such as --namespace shop:`,
    );
  }
  return settings(checked(text.trim(), origin));
}

const urlOf = (flags: GlobalFlags, env: NodeJS.ProcessEnv): string =>
  flags.url ?? nonEmpty(env['SIGNALBOX_REDIS_URL']) ?? defaultUrl;

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
