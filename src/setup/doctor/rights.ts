import { randomUUID } from 'node:crypto';
import { inboxPrefix, lockPrefix, seqKey, sidePrefix, stateHash } from '../../protocol/names.ts';
import type { Redis } from '../../redis/client.ts';
import { redactText } from '../../redis/redact.ts';

/**
 * What the server says to the first thing of an agent's work that this user may not do; null where it may all. Each is
 * tried in a way that changes nothing: on names that nobody has, or on the condition that there is something.
 * @throws the client's error when the connection is lost
 */
export async function rightsProblem(client: Redis, ns: string): Promise<string | null> {
  const nobody = `signalbox-doctor-${randomUUID()}`;
  const lock = `${ns}${lockPrefix}${nobody}`;
  const side = ns + sidePrefix;
  const tries: readonly (readonly [command: string, ...args: string[]])[] = [
    ['FCALL_RO', 'signalbox_snapshot', '1', ns + seqKey, '0', '1'],
    ['FCALL', 'signalbox_inbox', '1', ns + seqKey, nobody, '', '1'],
    ['FCALL', 'signalbox_release_all', '1', ns + seqKey, nobody],
    ['FCALL', 'signalbox_cancel', '1', ns + seqKey, nobody, nobody],
    ['SET', lock, '', 'XX', 'PX', '1'],
    ['PEXPIRE', lock, '1'],
    ['DEL', lock],
    ['HDEL', ns + stateHash, nobody],
    ['HDEL', `${side}agents`, nobody],
    ['SREM', `${side}held:${nobody}`, nobody],
    ['ZREM', `${side}exp`, nobody],
    ['LPOP', `${side}wake:${nobody}`],
    ['XDEL', ns + inboxPrefix + nobody, '0-1'],
    ['PUBLISH', `${ns}agent:doctor`, ''],
  ];
  for (const [command, ...args] of tries) {
    try {
      await client.call(command, ...args);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (message.startsWith('NOPERM')) return redactText(message.replace(/^NOPERM\s*(?:signalbox: )?/, ''));
      if ((error as { name?: unknown }).name !== 'ReplyError') throw error;
      // Any other answer means that it was allowed.
    }
  }
  return null;
}
