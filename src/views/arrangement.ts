import type { Agent } from '../model/picture.ts';
import { ancestorsByName } from '../protocol/overlap.ts';

/** Agents as a forest: by host where there is more than one, and below their parents. */
export interface Arrangement {
  /** Hosts that head a group; empty where all that would stand in groups are on one host. */
  readonly hosts: readonly string[];
  /** Agents that stand under no parent, by host; those without a host, or without groups, under null. */
  readonly roots: ReadonlyMap<string | null, readonly Agent[]>;
  /** Agents by their parent's key. */
  readonly children: ReadonlyMap<string, readonly Agent[]>;
}

/**
 * Who names no parent that is known stands below the nearest one by its name. A parent that is its own descendant is
 * none: every agent stands in the forest exactly once, whatever they say of each other. Within a list the order of
 * `agents` is kept.
 */
export function arrange(agents: readonly Agent[]): Arrangement {
  const byName = new Map(agents.map((agent) => [nameKey(agent.ns, agent.id), agent]));
  const parentOf = (agent: Agent): Agent | undefined => {
    const names = [...(agent.parent === null ? [] : [agent.parent]), ...ancestorsByName(agent.id)];
    for (const name of names) {
      const parent = byName.get(nameKey(agent.ns, name));
      if (parent !== undefined) return parent;
    }
    return undefined;
  };

  const rooted = new Map<Agent, boolean>();
  const children = new Map<string, Agent[]>();
  const top: Agent[] = [];
  for (const agent of agents) {
    const parent = parentOf(agent);
    if (parent !== undefined && reachesRoot(agent, parentOf, rooted)) add(children, parent.key, agent);
    else top.push(agent);
  }
  // A host whose agents all stand below others would be a group of nothing.
  const hosts = [...new Set(top.flatMap((agent) => (agent.host === null ? [] : [agent.host])))].toSorted();
  const grouped = hosts.length > 1;
  const roots = new Map<string | null, Agent[]>();
  for (const agent of top) add(roots, grouped ? agent.host : null, agent);
  return { hosts: grouped ? hosts : [], roots, children };
}

/** Whether going from parent to parent comes to an end; remembers the answer for all it went through. */
function reachesRoot(start: Agent, parentOf: (agent: Agent) => Agent | undefined, known: Map<Agent, boolean>): boolean {
  const path: Agent[] = [];
  const met = new Set<Agent>();
  let at: Agent | undefined = start;
  while (at !== undefined && !known.has(at) && !met.has(at)) {
    path.push(at);
    met.add(at);
    at = parentOf(at);
  }
  const ends = at === undefined || known.get(at) === true;
  // Those on a circle, and those that only lead into one, all come to stand at the root.
  for (const agent of path) known.set(agent, ends);
  return ends;
}

// An id may hold any character but no lone surrogate that a length could not tell apart.
const nameKey = (ns: string, id: string): string => `${ns.length}:${ns}${id}`;

function add<K>(lists: Map<K, Agent[]>, key: K, agent: Agent): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [agent]);
  else list.push(agent);
}
