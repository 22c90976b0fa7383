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
  const url = flags.url ?? nonEmpty(env['SIGNALBOX_REDIS_URL']) ?? defaultUrl;
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
