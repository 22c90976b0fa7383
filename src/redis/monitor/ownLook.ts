import type { Redis } from '../client.ts';
import type { MonitorCommand } from './command.ts';

/**
 * Whether a command is one by which these clients only look whether the server is there, or that goes to a channel of
 * our own. Behind a proxy, or over a socket in the file system, only the latter can be told.
 */
export function isOwnLook(
  { client, command, text }: MonitorCommand,
  clients: readonly (Redis | undefined)[],
  channel: string,
): boolean {
  if (command === 'PUBLISH') return text.includes(`"${channel}"`);
  return (command === 'PING' || command === 'TIME') && clients.some((each) => each && addressOf(each) === client);
}

/** Its own end of the connection, as the server writes it. */
function addressOf({ stream: { localAddress = '', localPort } }: Redis): string {
  return `${localAddress.includes(':') ? `[${localAddress}]` : localAddress}:${localPort}`;
}
