import { connect as connectPlain, type Socket } from 'node:net';
import { clientOptions } from './options.ts';
import type { ConnectionSettings } from './settings.ts';

/** What a server replies. Texts are bytes, one a character. */
export type BareReply = string | number | null | BareReply[] | BareError;

/** An error reply. */
export class BareError {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** A reply is no longer than this, in bytes. */
const longest = 4 * 1024 * 1024;

/**
 * A connection for a program that lives for one question only and has no time to load the client library: it logs in and
 * sends one command after another. Follows a namespace to the node of a cluster that has it.
 */
export class BareExchange {
  readonly #settings: ConnectionSettings;
  #socket: Socket | undefined;
  #at: { host: string; port: number } | undefined;

  constructor(settings: ConnectionSettings) {
    this.#settings = settings;
  }

  /**
   * The reply to a command, within `ms`, connecting included.
   * @throws Error without a connection or in time; UserError for settings that cannot be used
   */
  async ask(command: readonly string[], ms: number): Promise<BareReply> {
    const reply = await this.#within(ms, () => this.#asked(command));
    const moved = reply instanceof BareError ? /^MOVED \d+ (.*):(\d+)$/.exec(reply.message) : null;
    if (!moved) return reply;
    // A node that does not know its own name means the one that was asked.
    const host = moved[1] === '' ? (this.#at?.host ?? clientOptions(this.#settings).host ?? '') : moved[1]!;
    this.close();
    this.#at = { host, port: Number(moved[2]) };
    return this.#within(ms, () => this.#asked(command));
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  async #within<T>(ms: number, act: () => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.close();
        reject(new Error('no answer in time'));
      }, ms);
    });
    try {
      return await Promise.race([act(), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #asked(command: readonly string[]): Promise<BareReply> {
    const { username, password, db = 0, path, tls, ...rest } = clientOptions(this.#settings);
    const { host, port } = { ...rest, ...this.#at };
    const commands: (readonly string[])[] = [command];
    let socket = this.#socket;
    if (!socket) {
      const place = path === undefined ? { host: host ?? '', port: port ?? 6379 } : { path };
      // Most have no need of what takes as long to load as all the rest.
      socket =
        tls === undefined ? connectPlain(place) : (await import('node:tls')).connect({ ...place, ...(tls as object) });
      this.#socket = socket;
      // What happens between two exchanges the next one sees.
      socket.on('error', () => {});
      if (db > 0) commands.unshift(['SELECT', String(db)]);
      if (password !== undefined) commands.unshift(['AUTH', ...(username === undefined ? [] : [username]), password]);
    }
    const replies = await exchange(socket, commands);
    // As with redis-cli: where everybody is let in, it is no matter that a password is not known there.
    return replies.at(-1) ?? null;
  }
}

/** Sends commands and reads as many replies. */
function exchange(socket: Socket, commands: readonly (readonly string[])[]): Promise<BareReply[]> {
  return new Promise((resolve, reject) => {
    let received = '';
    const end = (): void => void socket.off('data', onData).off('error', fail).off('close', fail);
    const fail = (error?: Error | boolean): void => {
      end();
      reject(error instanceof Error ? error : new Error('the connection was closed'));
    };
    const onData = (data: Buffer): void => {
      received += data.toString('latin1');
      if (received.length > longest) return fail(new Error('the reply is too long'));
      const replies: BareReply[] = [];
      let at = 0;
      while (replies.length < commands.length) {
        const found = readReply(received, at);
        if (!found) return;
        replies.push(found.reply);
        at = found.end;
      }
      end();
      resolve(replies);
    };
    if (socket.destroyed) return fail();
    socket.on('data', onData).once('error', fail).once('close', fail);
    socket.write(Buffer.from(commands.map(written).join(''), 'latin1'));
  });
}

const written = (words: readonly string[]): string =>
  `*${String(words.length)}\r\n${words.map((word) => `$${String(word.length)}\r\n${word}\r\n`).join('')}`;

/** One reply of RESP 2 from `at` on; null where it is not whole yet. */
function readReply(text: string, at: number): { reply: BareReply; end: number } | null {
  const lineEnd = text.indexOf('\r\n', at);
  if (lineEnd < 0) return null;
  const [kind, line, end] = [text.charAt(at), text.slice(at + 1, lineEnd), lineEnd + 2];
  switch (kind) {
    case '+':
      return { reply: line, end };
    case '-':
      return { reply: new BareError(line), end };
    case ':':
      return { reply: Number(line), end };
    case '$': {
      const length = Number(line);
      if (length < 0) return { reply: null, end };
      return text.length < end + length + 2 ? null : { reply: text.slice(end, end + length), end: end + length + 2 };
    }
    case '*':
      return readList(text, Number(line), end);
    default:
      return { reply: new BareError('this is no Redis'), end };
  }
}

function readList(text: string, count: number, from: number): { reply: BareReply; end: number } | null {
  if (count < 0) return { reply: null, end: from };
  const reply: BareReply[] = [];
  let end = from;
  for (let i = 0; i < count; i++) {
    const found = readReply(text, end);
    if (!found) return null;
    reply.push(found.reply);
    end = found.end;
  }
  return { reply, end };
}
