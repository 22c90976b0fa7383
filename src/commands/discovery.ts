import type { ContextKeySetter } from '../host/contextKeys.ts';
import type { Discovered } from '../redis/discover.ts';

/** What the welcome text has an offer for. VS Code takes its texts from package.json, so each offer is one of these. */
const offers = {
  'redis://localhost:6379': 'localhost',
  'redis://redis:6379': 'redis',
  'redis://host.docker.internal:6379': 'docker',
} as const;

/** By the name of its offer; `environment` is what `REDIS_URL` names. */
export type Offer = (typeof offers)[keyof typeof offers] | 'environment';

const allOffers: readonly Offer[] = ['environment', ...Object.values(offers)];

/**
 * Knows which servers answered a PING, for the welcome text and for the box that asks for an address. It looks by itself
 * at most once in a window, and again when it is told to.
 */
export class Discovery {
  readonly #keys: ContextKeySetter;
  readonly #discover: () => Promise<readonly Discovered[]>;
  #found: ReadonlyMap<Offer, Discovered> = new Map();
  #looking: Promise<readonly Discovered[]> | null = null;
  #looked = false;

  constructor(keys: ContextKeySetter, discover: () => Promise<readonly Discovered[]>) {
    this.#keys = keys;
    this.#discover = discover;
  }

  /** What answered when it last looked. */
  get found(): readonly Discovered[] {
    return [...this.#found.values()];
  }

  offered(offer: string): Discovered | undefined {
    return this.#found.get(offer as Offer);
  }

  /** To be called whenever one of our views is in sight with nothing configured. */
  lookOnce(): void {
    if (!this.#looked) void this.look();
  }

  /** Asks each place anew and offers what answers. Never rejects. */
  look(): Promise<readonly Discovered[]> {
    this.#looked = true;
    this.#looking ??= this.#look().finally(() => (this.#looking = null));
    return this.#looking;
  }

  async #look(): Promise<readonly Discovered[]> {
    const found = await this.#discover().catch(() => []);
    this.#found = new Map(found.map((each) => [offerOf(each), each]));
    for (const offer of allOffers) this.#keys.set(`signalbox.found.${offer}`, this.#found.has(offer));
    this.#keys.set('signalbox.found', found.length > 0);
    return this.found;
  }
}

/** Where `REDIS_URL` names a usual place, that is the better name for it. */
const offerOf = ({ url }: Discovered): Offer => (offers as Record<string, Offer>)[url] ?? 'environment';
