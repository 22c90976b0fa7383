import { AgentClient, type AgentMessage, type AgentOptions } from '../../../src/agent/client/index.ts';
import { stateHash } from '../../../src/protocol/names.ts';
import { LibraryRig, type RigOptions } from '../../support/libraryRig.ts';

/** A real server, and agents' clients that end with it. */
export class Agents {
  rig: LibraryRig;
  readonly #clients: AgentClient[] = [];

  private constructor(rig: LibraryRig) {
    this.rig = rig;
  }

  static async start(options?: RigOptions): Promise<Agents> {
    return new Agents(await LibraryRig.start(options));
  }

  async connect(agent: string, options: AgentOptions = {}): Promise<AgentClient> {
    const { server, ns } = this.rig;
    const client = await AgentClient.connect({ url: server.url, namespace: ns, agent, ...options });
    this.#clients.push(client);
    return client;
  }

  /** Closes all clients; the server goes on. */
  async closeAll(): Promise<void> {
    await Promise.all(this.#clients.splice(0).map((client) => client.close()));
  }

  async dispose(): Promise<void> {
    await this.closeAll();
    await this.rig.dispose();
  }

  /** Cuts connections that clients have to the server, ours aside: all that send commands, or all that listen. */
  async cut(...types: ('normal' | 'pubsub')[]): Promise<void> {
    for (const type of types) await this.rig.client.call('CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes');
  }

  /** A plain agent's publish, which nobody checks. */
  async publish(agent: string, state: object, epoch?: number): Promise<void> {
    const text = JSON.stringify({ agent_id: agent, ...(epoch === undefined ? {} : { epoch }), state });
    await this.rig.client.publish(this.rig.key('agent:state:sync'), text);
  }

  /** What is stored of an agent. */
  async stored(agent: string): Promise<Record<string, unknown> | null> {
    const text = await this.rig.client.hget(this.rig.key(stateHash), agent);
    return text === null ? null : (JSON.parse(text) as { state: Record<string, unknown> }).state;
  }

  /** How many changes of this kind stand in the history. */
  async count(kind: string): Promise<number> {
    return (await this.rig.history()).filter((entry) => entry.kind === kind).length;
  }
}

type Of<K extends AgentMessage['kind']> = Extract<AgentMessage, { kind: K }>;

/** What an agent has heard, which can be waited for. */
export class Heard {
  readonly all: AgentMessage[] = [];
  readonly #waiting = new Set<() => void>();

  static async by(client: AgentClient): Promise<Heard> {
    const heard = new Heard();
    await client.onMessage((message) => heard.add(message));
    return heard;
  }

  add(message: AgentMessage): void {
    this.all.push(message);
    for (const look of this.#waiting) look();
  }

  of<K extends AgentMessage['kind']>(kind: K): Of<K>[] {
    return this.all.filter((message): message is Of<K> => message.kind === kind);
  }

  /** The first message of a kind that fits, of those that came or are to come; gives up after ten seconds. */
  first<K extends AgentMessage['kind']>(kind: K, fits: (message: Of<K>) => boolean = () => true): Promise<Of<K>> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = this.of(kind).find(fits);
        if (!found) return;
        end();
        resolve(found);
      };
      const timer = setTimeout(() => {
        end();
        reject(new Error(`heard no such ${kind}, but ${JSON.stringify(this.all)}`));
      }, 10_000);
      const end = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      this.#waiting.add(look);
      look();
    });
  }
}

/** Resolves with the first value; gives up after ten seconds. */
export function first<T>(event: (listener: (value: T) => void) => { dispose(): void }): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      listener.dispose();
      reject(new Error('it did not happen'));
    }, 10_000);
    const listener = event((value) => {
      clearTimeout(timer);
      listener.dispose();
      resolve(value);
    });
  });
}
