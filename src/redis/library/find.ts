import type { Reason } from '../../protocol/reasons.ts';
import type { Redis } from '../client.ts';
import { UserError } from '../userError.ts';
import { callFailure } from './failures.ts';
import { installedVersion, loadLibrary } from './load.ts';

/** `look`: use the library where it is; `load`: put it there, or a newer one in the place of an older. */
export type LibraryMode = 'look' | 'load';

/** The version whose calls we know; a breaking change would have another first number and other names. */
const major = 1;

/**
 * The library on a server, as far as we can use it; with a reason where there is one that a person should know. That a
 * user may not call or load it is none: whoever then acts is told.
 * @throws the client's error when the connection is lost
 */
export async function findLibrary(
  client: Redis,
  mode: LibraryMode,
): Promise<{ version: string | null; reason: Reason | null }> {
  const version = await quietly(mode === 'load' ? async () => (await loadLibrary(client)).version : null, () =>
    quietly(
      () => installedVersion(client),
      () => Promise.resolve(null),
    ),
  );
  if (version !== null && Number(version.split('.')[0]) !== major) {
    return { version: null, reason: { code: 'library-other', version } };
  }
  return { version, reason: null };
}

/** What `first` gives, or `otherwise` where the server refuses it or there is no `first`. */
async function quietly<T>(first: (() => Promise<T>) | null, otherwise: () => Promise<T>): Promise<T> {
  if (!first) return otherwise();
  try {
    return await first();
  } catch (error) {
    const reason = error instanceof UserError ? error.reason : callFailure(error);
    if (reason.code === 'closed' || reason.code === 'timeout') throw error;
    return otherwise();
  }
}
