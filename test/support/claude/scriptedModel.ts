import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer, fail, sendJson } from './answer.ts';
import { type ModelRequest, readRequest, type Turn } from './request.ts';
import type { Answer, Script } from './script.ts';

/** So many requests are remembered and answered; a fleet that asks more often goes round in circles. */
const maxRequests = 20_000;
const maxBody = 20_000_000;

/** What a script was told, in the order of the requests. */
export interface Heard extends Turn {
  readonly script: string;
}

interface Conversation {
  readonly script: Script;
  turns: AsyncGenerator<Answer, string, Turn> | undefined;
  isOver: boolean;
  /** Scripts take one turn after the other, also when a client asks again before it was answered. */
  last: Promise<unknown>;
}

/** A Messages API on loopback whose answers are scripts. */
export class ScriptedModel {
  /** What the client told the model, without what it asked beside the conversations. */
  readonly heard: Heard[] = [];
  readonly #conversations = new Map<string, Conversation>();
  readonly #failures: unknown[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        this.#failures.push(error);
        // The client must not wait for a script that has failed.
        if (!response.headersSent) sendJson(response, 400, { type: 'error', error: { message: String(error) } });
      });
    });
  }

  static async start(): Promise<ScriptedModel> {
    const model = new ScriptedModel();
    await new Promise<void>((resolve) => model.#server.listen(0, '127.0.0.1', resolve));
    return model;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  /** From now on this script answers what is marked with its name. */
  add(name: string, script: Script): void {
    this.#conversations.set(name, { script, turns: undefined, isOver: false, last: Promise.resolve() });
  }

  /** Everything that a script was told. */
  toldTo(name: string): readonly Heard[] {
    return this.heard.filter(({ script }) => script === name);
  }

  /** Throws what a script threw, such as a failed assertion. */
  check(): void {
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    if (request.url?.includes('count_tokens')) return sendJson(response, 200, { input_tokens: 10 });
    if (request.method !== 'POST' || !request.url?.startsWith('/v1/messages')) return sendJson(response, 404, {});
    const asked = readRequest(body);
    const conversation = this.#conversations.get(asked.script ?? '');
    if (asked.script === undefined || !conversation) return answer(response, asked, ['{"title":"A task"}']);
    if (this.heard.length >= maxRequests) throw new Error('The model was asked too often.');
    this.heard.push({ script: asked.script, results: asked.results, news: asked.news });
    const turn = conversation.last.then(() => next(conversation, asked));
    conversation.last = turn.catch(() => undefined);
    const given = await turn;
    if ('fault' in given) fail(response, given.fault);
    else answer(response, asked, given);
  }
}

async function next(conversation: Conversation, { results, news }: ModelRequest): Promise<Answer> {
  const turn: Turn = { results, news };
  if (conversation.isOver) return ['There is nothing more to do.'];
  conversation.turns ??= conversation.script(turn);
  const { value, done } = await conversation.turns.next(turn);
  conversation.isOver = done === true;
  return typeof value === 'string' ? [value] : value;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBody) throw new Error('The request is too large.');
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}
