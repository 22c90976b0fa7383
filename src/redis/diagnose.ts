import { connect } from 'node:tls';
import type { Reason } from '../protocol/reasons.ts';
import { barePing } from './barePing.ts';
import type { Redis } from './client.ts';
import { connectLimit } from './options.ts';

/**
 * Takes a second look where TLS and plain text may have been mixed up, since neither side says so: a plain server is
 * silent to a TLS greeting, and a TLS server closes on plain text. Null if it is nothing of the kind, or does not show
 * within `ms`. Never rejects.
 */
export async function lookForTlsMixUp(
  reason: Reason,
  client: Redis,
  where: string,
  ms = connectLimit,
): Promise<Reason | null> {
  const { host = 'localhost', port = 6379, path, tls } = client.options;
  if (path) return null;
  if (tls && reason.code === 'timeout') {
    const answer = await barePing(host, port, ms);
    return answer === 'pong' || answer === 'auth' ? { code: 'tls-unwanted', where } : null;
  }
  if (!tls && reason.code === 'closed') return (await speaksTls(host, port, ms)) ? { code: 'tls-wanted', where } : null;
  return null;
}

/** Whether a TLS greeting is answered by one. Nothing is sent over it, so it does not matter whose certificate it is. */
function speaksTls(host: string, port: number, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, rejectUnauthorized: false, timeout: ms });
    const end = (answer: boolean): void => {
      resolve(answer);
      socket.destroy();
    };
    socket
      .once('secureConnect', () => end(true))
      .once('timeout', () => end(false))
      .once('close', () => end(false));
    socket.on('error', () => end(false));
  });
}
