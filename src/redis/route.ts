import type { Redis } from './client.ts';
import { isCluster, nodeOf, type Endpoint } from './cluster.ts';

/** How often a node is tried before the address of the settings is asked again. */
const patience = 8;

/**
 * Where a client connects: the address of its settings, or the node of a cluster that a namespace's keys turned out to
 * be on. All keys of a namespace are on one node, so a connection to that one is all it takes.
 */
export class Route {
  #node: Endpoint | undefined;
  #tries = 0;

  /** Where to connect now; undefined for the address of the settings. */
  next(): Endpoint | undefined {
    // The node may be gone by now, and the address of the settings knows another.
    if (this.#node && ++this.#tries > patience) this.#node = undefined;
    return this.#node;
  }

  /**
   * Finds out where these namespaces are. Returns those that `client`'s server has; or, if it has none of them and another
   * has, null: then that other is where to connect next.
   */
  async find(client: Redis, namespaces: readonly string[]): Promise<readonly string[] | null> {
    if (!(await isCluster(client))) return namespaces;
    const here: string[] = [];
    let elsewhere: Endpoint | undefined;
    for (const ns of namespaces) {
      const node = await nodeOf(client, ns);
      if (node?.isSelf) here.push(ns);
      else if (node) elsewhere ??= { host: node.host, port: node.port };
    }
    this.#tries = 0;
    if (here.length > 0 || !elsewhere) return here;
    this.#node = elsewhere;
    return null;
  }
}
