import { connect } from 'node:net';

/** What answered a bare PING: Redis, Redis that wants a password first, or something else; null for silence. */
export type BareAnswer = 'pong' | 'auth' | 'loading' | 'other' | null;

/** Sends one PING over a plain socket, without the client library and without reading anything. Never rejects. */
export function barePing(host: string, port: number, ms: number): Promise<BareAnswer> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answer: BareAnswer): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => end(null), ms);
    socket.on('error', () => end(null)).on('close', () => end(null));
    socket.on('connect', () => socket.write('PING\r\n'));
    socket.on('data', (data: Buffer) => {
      const line = data.toString('latin1');
      if (line.startsWith('+PONG')) end('pong');
      else if (line.startsWith('-NOAUTH') || line.startsWith('-NOPERM')) end('auth');
      else if (line.startsWith('-LOADING') || line.startsWith('-MASTERDOWN')) end('loading');
      else end('other');
    });
  });
}
