import { isObject, parseObject, type JsonObject } from '../../protocol/json.ts';
import { limits, lockPrefix, sidePrefix } from '../../protocol/names.ts';
import type { Redis } from '../../redis/client.ts';

/** How many locks are asked for at once. */
const batch = 256;

/** A lease as it stands in a lock. */
export interface Lease {
  holder: string;
  token: number;
  /** How long it was claimed for. */
  ttlMs: number;
}

/** A lease that an agent holds. */
export interface OwnLease extends Lease {
  resource: string;
}

/** A lock as somebody finds it: a lease of the function library, anything else that stands there (`raw`), or nothing. */
export type LockFound = ({ kind: 'lease' } & Lease) | { kind: 'raw' } | { kind: 'free' };

/** What holds a resource now. @throws the client's error */
export async function lockOn(client: Redis, ns: string, resource: string): Promise<LockFound> {
  const key = ns + lockPrefix + resource;
  // MGET gives nothing for a key of another type, where GET would fail.
  const [text] = await client.mget(key);
  if (text === null || text === undefined) return (await client.exists(key)) === 1 ? { kind: 'raw' } : { kind: 'free' };
  const lease = leases(text)[0];
  return lease ? { kind: 'lease', ...lease } : { kind: 'raw' };
}

/** The leases that an agent has on some of the resources. @throws the client's error */
export async function heldAmong(
  client: Redis,
  ns: string,
  agent: string,
  resources: readonly string[],
): Promise<OwnLease[]> {
  const held: OwnLease[] = [];
  for (let from = 0; from < resources.length; from += batch) {
    const some = resources.slice(from, from + batch);
    const texts = await client.mget(some.map((resource) => ns + lockPrefix + resource));
    some.forEach((resource, i) => {
      const lease = leaseOf(agent, texts[i] ?? '');
      if (lease) held.push({ resource, ...lease });
    });
  }
  return held;
}

/** Every lease of an agent, in alphabetical order. @throws the client's error */
export async function heldBy(client: Redis, ns: string, agent: string): Promise<OwnLease[]> {
  const resources = await client.smembers(`${ns}${sidePrefix}held:${agent}`);
  return heldAmong(client, ns, agent, resources.toSorted());
}

/** An agent's lease in a lock of this text: as its holder, or as a parent whose child has it now. */
export function leaseOf(agent: string, text: string): Lease | undefined {
  return leases(text).find(({ holder }) => holder === agent);
}

/** The lease of a lock's text, then those to whom it goes back; none for a raw lock. */
function leases(text: string): Lease[] {
  const parsed = parseObject(text, limits.payload);
  const found: Lease[] = [];
  for (let json: unknown = parsed.ok ? parsed.value : null; isObject(json); json = json['back']) {
    const lease = readLease(json);
    if (!lease) break;
    found.push(lease);
  }
  return found;
}

function readLease({ holder, token, ttl }: JsonObject): Lease | null {
  const number = typeof token === 'string' && /^\d{1,16}$/.test(token) ? Number(token) : null;
  if (typeof holder !== 'string' || number === null) return null;
  return { holder, token: number, ttlMs: typeof ttl === 'number' && ttl >= 1 ? Math.min(ttl, limits.ttl) : 1 };
}
