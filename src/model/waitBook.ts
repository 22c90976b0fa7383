import { limits } from '../protocol/names.ts';
import { foldersAbove, isOpenTo } from '../protocol/overlap.ts';
import type { Claim, Wait } from './picture.ts';

/** What is kept of a namespace; the library lets no more wait. */
const most = { waits: 256, resources: 2_048 } as const;

/** A namespace's waits, in order, and by the resources that they are for and the folders that these lie in. */
interface Queue {
  readonly waits: Map<string, Wait>;
  index: { readonly own: Map<string, Wait[]>; readonly under: Map<string, Wait[]> } | null;
}

/** Who waits for what, first come first. */
export class WaitBook {
  readonly #queues = new Map<string, Queue>();
  #version = 0;

  get all(): readonly Wait[] {
    return [...this.#queues.values()].flatMap(({ waits }) => [...waits.values()]);
  }

  /** Grows with every change, so that what was worked out from it is known to be old. */
  get version(): number {
    return this.#version;
  }

  of(ns: string): readonly Wait[] {
    return [...(this.#queues.get(ns)?.waits.values() ?? [])];
  }

  /** Enters a wait at the end; one with a known id keeps its place. */
  add(wait: Wait): void {
    const queue = this.#queueOf(wait.ns);
    const kept = { ...wait, resources: wait.resources.slice(0, limits.resourcesPerCall) };
    queue.waits.set(wait.waitId, kept);
    // More than the library allows are some whose end we missed.
    let resources = [...queue.waits.values()].reduce((sum, each) => sum + each.resources.length, 0);
    for (const oldest of queue.waits.values()) {
      if (queue.waits.size <= most.waits && resources <= most.resources) break;
      resources -= oldest.resources.length;
      queue.waits.delete(oldest.waitId);
    }
    this.#touch(queue);
  }

  /** Takes a wait out, and returns it where it was known. */
  end(ns: string, waitId: string): Wait | undefined {
    const queue = this.#queues.get(ns);
    const wait = queue?.waits.get(waitId);
    if (!queue || !wait) return undefined;
    queue.waits.delete(waitId);
    this.#touch(queue);
    return wait;
  }

  replace(ns: string, waits: readonly Wait[]): void {
    const queue = this.#queueOf(ns);
    queue.waits.clear();
    this.#touch(queue);
    for (const wait of waits) this.add(wait);
  }

  /** The agents that wait for what this claim is in the way of, each once. */
  waitersOf({ ns, resource, holder }: Claim): readonly string[] {
    const queue = this.#queues.get(ns);
    if (!queue || queue.waits.size === 0) return [];
    const { own, under } = (queue.index ??= indexOf(queue.waits.values()));
    const found = new Set(own.get(resource));
    for (const folder of foldersAbove(resource)) for (const wait of own.get(folder) ?? []) found.add(wait);
    for (const wait of under.get(resource) ?? []) found.add(wait);
    if (found.size === 0) return [];
    const inOrder = [...queue.waits.values()].filter((wait) => found.has(wait) && !isOpenTo(holder, wait.agent));
    return [...new Set(inOrder.map((wait) => wait.agent))];
  }

  clear(): void {
    this.#queues.clear();
    this.#version++;
  }

  #queueOf(ns: string): Queue {
    const queue = this.#queues.get(ns) ?? { waits: new Map(), index: null };
    this.#queues.set(ns, queue);
    return queue;
  }

  #touch(queue: Queue): void {
    queue.index = null;
    this.#version++;
  }
}

function indexOf(waits: Iterable<Wait>): NonNullable<Queue['index']> {
  const own = new Map<string, Wait[]>();
  const under = new Map<string, Wait[]>();
  const enter = (map: Map<string, Wait[]>, key: string, wait: Wait): void => {
    const list = map.get(key);
    if (list) list.push(wait);
    else map.set(key, [wait]);
  };
  for (const wait of waits) {
    for (const resource of wait.resources) {
      enter(own, resource, wait);
      for (const folder of foldersAbove(resource)) enter(under, folder, wait);
    }
  }
  return { own, under };
}
