import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A server that takes connections and does with them what a test wants. */
export interface OddServer {
  readonly url: string;
  readonly port: number;
  close(): void;
}

export async function listen(onSocket: (socket: Socket) => void, port = 0): Promise<OddServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)));
    onSocket(socket);
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `redis://127.0.0.1:${String(bound)}`,
    port: bound,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Answers everything as a web server would. */
export const webServer = (): Promise<OddServer> =>
  listen((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));

/** Takes connections and never says a word. */
export const silentServer = (): Promise<OddServer> => listen(() => undefined);

/** Stands before a real server and makes it look like version 6.2, which cannot be had any more. */
export function oldServer(port: number): Promise<OddServer> {
  return listen((socket) => {
    const upstream = connect(port, '127.0.0.1').on('error', () => undefined);
    socket.pipe(upstream).on('data', (data: Buffer) => {
      const text = data.toString('latin1');
      // As long as what it replaces, or the reply's length would be wrong.
      socket.write(
        text.replace(/(redis|valkey)_version:(\S+)/g, (_all, name: string, version: string) => {
          return `${name}_version:${'6.2.9'.padEnd(version.length, '0').slice(0, version.length)}`;
        }),
        'latin1',
      );
    });
  });
}

/** Stands before a real server and answers TIME otherwise; is given the seconds and microseconds that the server said. */
export function oddTime(port: number, answer: (seconds: string, microseconds: string) => string): Promise<OddServer> {
  return listen((socket) => {
    const upstream = connect(port, '127.0.0.1').on('error', () => undefined);
    socket.pipe(upstream).on('data', (data: Buffer) => {
      const time = /\*2\r\n\$10\r\n(\d{10})\r\n\$\d\r\n(\d+)\r\n/g;
      socket.write(
        data
          .toString('latin1')
          .replace(time, (_all, seconds: string, microseconds: string) => answer(seconds, microseconds)),
        'latin1',
      );
    });
  });
}

/** Says that it is loading, whatever it is asked. */
export const loadingServer = (): Promise<OddServer> =>
  listen((socket) => socket.on('data', () => socket.write('-LOADING Redis is loading the dataset in memory\r\n')));
