import type { Clock } from '../../protocol/clock.ts';
import type { Disposable } from '../../protocol/emitter.ts';
import type { HealthSeen } from '../../protocol/healthSeen.ts';
import type { Redis } from '../client.ts';
import { isForbidden } from '../rights.ts';
import { field, healthLimits, idleOf, memoryOf, volatileOf } from './info.ts';
import { temporaryKeys } from './temporary.ts';

const interval = 30_000;
/** Names change slowly, and looking at all of them is work: every so many times. */
const temporaryEvery = 20;
/** With more clients than this, listing them would hold the server for too long. */
const mostClients = 1_000;

type Limits = typeof healthLimits | { readonly idle: number; readonly lasting: number };

/** Asks a server now and then how it is, while somebody watches. What it may not be asked is left out, and no trouble. */
export class HealthPoller implements Disposable {
  readonly #clock: Clock;
  readonly #namespaces: readonly string[];
  readonly #act: <T>(act: (client: Redis) => Promise<T>) => Promise<T>;
  readonly #tell: (health: HealthSeen) => void;
  readonly #limits: Limits;
  #isOn = false;
  #asking = false;
  #timer: Disposable | undefined;
  #looks = 0;
  #temporary: HealthSeen['temporary'] = null;

  /** @param act has something done by the connection, as long as there is one */
  constructor(
    clock: Clock,
    namespaces: readonly string[],
    act: <T>(act: (client: Redis) => Promise<T>) => Promise<T>,
    tell: (health: HealthSeen) => void,
    limits: Limits = healthLimits,
  ) {
    this.#clock = clock;
    this.#namespaces = namespaces;
    this.#act = act;
    this.#tell = tell;
    this.#limits = limits;
  }

  /** Whether to ask: somebody watches, and there is a connection. */
  watch(on: boolean): void {
    if (on === this.#isOn) return;
    this.#isOn = on;
    if (on) void this.#look();
    else this.#timer?.dispose();
  }

  dispose(): void {
    this.watch(false);
  }

  async #look(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      const health = await this.#act((client) => this.#ask(client));
      if (this.#isOn) this.#tell(health);
    } catch {
      // It was the connection that failed, which others tell of; the next look comes in its time.
    }
    this.#asking = false;
    this.#timer?.dispose();
    if (this.#isOn) this.#timer = this.#clock.after(interval, () => void this.#look());
  }

  async #ask(client: Redis): Promise<HealthSeen> {
    const info = (await allowed(client.info())) ?? '';
    const save = await allowed(client.config('GET', 'save'));
    const clients = Number(field(info, 'connected_clients') ?? Infinity);
    const list = clients > mostClients ? null : await allowed(client.call('CLIENT', 'LIST', 'TYPE', 'normal'));
    if (this.#looks++ % temporaryEvery === 0) this.#temporary = await allowed(temporaryKeys(client, this.#namespaces));
    const own = client.options.connectionName ?? '';
    return {
      memory: memoryOf(info),
      isVolatile: volatileOf(info, Array.isArray(save) ? String(save[1] ?? '') : undefined, this.#limits.lasting),
      idle: typeof list === 'string' ? idleOf(list, own, this.#limits.idle) : null,
      temporary: this.#temporary,
    };
  }
}

/** Null where the server does not let us, or does not know what that is. */
async function allowed<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (isForbidden(error) || (error instanceof Error && error.message.startsWith('ERR'))) return null;
    throw error;
  }
}
