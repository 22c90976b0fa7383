import type { HealthSeen } from '../protocol/healthSeen.ts';
import type { Reason } from '../protocol/reasons.ts';
import { byText } from './sorting.ts';

/** A share of the memory that a server may take, and a factor by which it takes more than it uses, above which that is said. */
const [full, scattered] = [0.9, 1.5];
/** Below this, in bytes, the factor says nothing. */
const muchMemory = 256 * 1024 * 1024;
const mostLargest = 3;

/** What is not right with a server, in its namespace where it is about one's keys, since when. */
export interface Ailment {
  readonly ns: string;
  readonly reason: Reason;
  readonly since: number;
}

/** Keys with the bytes that they take. */
export type Sizes = Iterable<{ readonly name: string; readonly bytes: number | null }>;

/** How a server is, by what was last heard of it. */
export class HealthBook {
  #ailments: readonly Ailment[] = [];

  get ailments(): readonly Ailment[] {
    return this.#ailments;
  }

  /** Answers whether anything is another now. */
  take(seen: HealthSeen, sizes: () => Sizes, now: number): boolean {
    const before = this.#ailments;
    this.#ailments = [...reasonsOf(seen, sizes)].map(({ ns, reason }) => {
      const known = before.find((each) => each.ns === ns && each.reason.code === reason.code);
      return { ns, reason, since: known?.since ?? now };
    });
    return JSON.stringify(before) !== JSON.stringify(this.#ailments);
  }

  clear(): void {
    this.#ailments = [];
  }
}

function* reasonsOf(
  { memory, isVolatile, idle, temporary }: HealthSeen,
  sizes: () => Sizes,
): Generator<Pick<Ailment, 'ns' | 'reason'>> {
  if (memory !== null && memory.max > 0) {
    const { used, max, policy } = memory;
    if (used > full * max) yield { ns: '', reason: { code: 'memory-full', used, max, largest: largest(sizes()) } };
    if (policy !== '' && policy !== 'noeviction') yield { ns: '', reason: { code: 'evicts', policy } };
  }
  if (memory !== null && memory.used > muchMemory && memory.fragmentation > scattered) {
    yield { ns: '', reason: { code: 'memory-scattered', ratio: Math.round(memory.fragmentation * 10) / 10 } };
  }
  if (idle !== null && idle.count > 0) yield { ns: '', reason: { code: 'idle-clients', ...idle } };
  for (const { ns, count, examples } of temporary ?? []) {
    const names = examples.map((name) => ns + name);
    yield { ns, reason: { code: 'never-end', count, examples: names } };
  }
  if (isVolatile === true) yield { ns: '', reason: { code: 'not-persistent' } };
}

/** Names and sizes of the keys that take most. */
function largest(sizes: Sizes): string[] {
  return [...sizes]
    .sort((a, b) => (b.bytes ?? 0) - (a.bytes ?? 0) || byText(a.name, b.name))
    .slice(0, mostLargest)
    .flatMap(({ name, bytes }) => (bytes === null ? [] : [`${name} ${megabytes(bytes)}`]));
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 104_857.6) / 10} MB`;
