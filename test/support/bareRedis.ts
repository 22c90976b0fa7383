import { connect, type Socket } from 'node:net';

export type Reply = string | number | null | Error | Reply[];

/** A command as it travels. */
export function command(...parts: readonly (string | number)[]): string {
  let text = `*${String(parts.length)}\r\n`;
  for (const part of parts) {
    const word = String(part);
    text += `$${String(Buffer.byteLength(word))}\r\n${word}\r\n`;
  }
  return text;
}

/** A connection to Redis with nothing in between: what a client costs is measured against it. */
export class BareRedis {
  readonly #socket: Socket;
  #buffer: Buffer = Buffer.alloc(0);
  #at = 0;
  #waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void }[] = [];
  #unsent = '';
  /** Called with each message of a subscription. */
  onMessage: (channel: string, text: string) => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (data: Buffer) => this.#read(data));
    socket.on('error', () => {});
    socket.on('close', () => {
      const error = new Error('The connection was lost.');
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    });
  }

  static open(port: number): Promise<BareRedis> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => resolve(new BareRedis(socket)));
    });
  }

  get isLost(): boolean {
    return this.#socket.destroyed;
  }

  /** Rejects with what the server says is wrong, or when the connection is lost. Calls of one turn travel together. */
  call(...parts: readonly (string | number)[]): Promise<Reply> {
    if (this.isLost) return Promise.reject(new Error('The connection was lost.'));
    if (this.#unsent === '') process.nextTick(() => this.#send());
    this.#unsent += command(...parts);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Resolves when the server has confirmed it; after that only subscriptions may be called for. */
  async subscribe(channel: string): Promise<void> {
    await this.call('SUBSCRIBE', channel);
  }

  close(): void {
    this.#socket.destroy();
  }

  #send(): void {
    this.#socket.write(this.#unsent);
    this.#unsent = '';
  }

  #read(data: Buffer): void {
    this.#buffer = this.#buffer.length === 0 ? data : Buffer.concat([this.#buffer, data]);
    let done = 0;
    for (;;) {
      this.#at = done;
      const reply = this.#next();
      if (reply === undefined) break;
      done = this.#at;
      this.#take(reply);
    }
    this.#buffer = this.#buffer.subarray(done);
  }

  #take(reply: Reply): void {
    if (Array.isArray(reply) && reply[0] === 'message') return this.onMessage(String(reply[1]), String(reply[2]));
    const waiting = this.#waiting.shift();
    if (reply instanceof Error) waiting?.reject(reply);
    else waiting?.resolve(reply);
  }

  /** The reply that begins at `#at`, which is moved behind it; undefined while it is not whole. */
  #next(): Reply | undefined {
    const end = this.#buffer.indexOf('\r\n', this.#at);
    if (end < 0) return undefined;
    const type = String.fromCharCode(this.#buffer[this.#at] ?? 0);
    const line = this.#buffer.toString('utf8', this.#at + 1, end);
    this.#at = end + 2;
    switch (type) {
      case '$':
        return this.#text(Number(line));
      case '*':
        return this.#array(Number(line));
      case ':':
        return Number(line);
      case '-':
        return new Error(line);
      default:
        return line;
    }
  }

  #text(length: number): Reply | undefined {
    if (length < 0) return null;
    const from = this.#at;
    if (this.#buffer.length < from + length + 2) return undefined;
    this.#at = from + length + 2;
    return this.#buffer.toString('utf8', from, from + length);
  }

  #array(length: number): Reply | undefined {
    if (length < 0) return null;
    const items: Reply[] = [];
    for (let i = 0; i < length; i++) {
      const item = this.#next();
      if (item === undefined) return undefined;
      items.push(item);
    }
    return items;
  }
}
