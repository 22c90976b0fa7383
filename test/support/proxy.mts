import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A way to a server of this machine that can be cut, barred, and led to another one. */
export class Proxy {
  /** The port to which new connections are led. */
  target: number;
  /** While true, who connects is turned away. */
  isBarred = false;
  readonly #server: Server;
  readonly #open = new Set<Socket>();

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.target = target;
    server.on('connection', (near) => this.#lead(near));
  }

  static start(target: number): Promise<Proxy> {
    const server = createServer({ noDelay: true });
    return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(new Proxy(server, target))));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Ends all connections at once. */
  cut(): void {
    for (const socket of this.#open) socket.destroy();
  }

  stop(): void {
    this.cut();
    this.#server.close();
  }

  #lead(near: Socket): void {
    if (this.isBarred) {
      near.destroy();
      return;
    }
    const far = connect({ port: this.target, host: '127.0.0.1', noDelay: true });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#open.add(from);
      from.on('error', () => {});
      from.on('close', () => {
        this.#open.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  }
}
