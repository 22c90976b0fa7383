import type { HealthSeen } from '../../protocol/healthSeen.ts';
import type { Redis } from '../client.ts';
import { repositoryNamespace } from '../sweep.ts';

/** Pages of names that are looked at, and keys that are asked for their expiry; what is beyond counts for nothing. */
const [mostPages, mostKeys, mostExamples] = [1_000, 1_000, 3];

const looksTemporary = /^(session|temp|tmp):|:(temp|tmp)(:|$)/;

/**
 * Keys that look as if they were meant to end and never will. One pass over the names, in pages, without reading what is in
 * them.
 * @throws the client's error
 */
export async function temporaryKeys(client: Redis, namespaces: readonly string[]): Promise<HealthSeen['temporary']> {
  const longestFirst = [...namespaces].sort((a, b) => b.length - a.length);
  const found: { ns: string; name: string; key: Buffer }[] = [];
  let cursor = '0';
  for (let page = 0; page < mostPages && found.length < mostKeys; page++) {
    const [next, keys] = await client.scanBuffer(cursor, 'COUNT', 1_000);
    for (const key of keys) {
      const whole = key.toString();
      const ns = longestFirst.find((prefix) => whole.startsWith(prefix));
      if (ns === undefined || found.length >= mostKeys || (ns === '' && repositoryNamespace.test(whole))) continue;
      const name = whole.slice(ns.length, ns.length + 1_024);
      if (looksTemporary.test(name)) found.push({ ns, name, key });
    }
    cursor = next.toString();
    if (cursor === '0') break;
  }
  const byNamespace = new Map<string, { count: number; examples: string[] }>();
  for (let i = 0; i < found.length; i += 200) {
    const page = found.slice(i, i + 200);
    const asked = client.pipeline();
    for (const { key } of page) asked.pttl(key);
    const replies = (await asked.exec()) ?? [];
    page.forEach(({ ns, name }, n) => {
      const [error, ttl] = replies[n] ?? [];
      if (error) throw error;
      if (ttl !== -1) return;
      const all = byNamespace.get(ns) ?? { count: 0, examples: [] };
      byNamespace.set(ns, all);
      all.count++;
      if (all.examples.length < mostExamples) all.examples.push(name.slice(0, 200));
    });
  }
  return [...byNamespace].map(([ns, all]) => ({ ns, ...all }));
}
