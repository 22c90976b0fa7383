import type { Agent } from '../model/picture.ts';
import { ancestorsByName } from '../protocol/overlap.ts';

/** Agents that say that they are one team, on one host or, where hosts are no groups, on all. */
export interface Team {
  readonly name: string;
  readonly ns: string;
  readonly agents: readonly Agent[];
}

/** Agents as a forest: by host where there is more than one, by team, and below their parents. */
export interface Arrangement {
  /** Hosts that head a group; empty where all that would stand in groups are on one host. */
  readonly hosts: readonly string[];
  /** Agents that stand under no parent and in no team, by host; those without a host, or without groups, under null. */
  readonly roots: ReadonlyMap<string | null, readonly Agent[]>;
  /** The teams of each host, by what tells a team apart from all others. */
  readonly teams: ReadonlyMap<string | null, ReadonlyMap<string, Team>>;
  /** Agents by their parent's key. */
  readonly children: ReadonlyMap<string, readonly Agent[]>;
}

/**
 * Who names no parent that is known stands below the nearest one by its name. A parent that is its own descendant is
 * none: every agent stands in the forest exactly once, whatever they say of each other. Who has a parent stands below it,
 * whatever its team. Within a list the order of `agents` is kept.
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
  const teams = new Map<string | null, Map<string, { name: string; ns: string; agents: Agent[] }>>();
  for (const agent of top) {
    const host = grouped ? agent.host : null;
    if (agent.team === null) add(roots, host, agent);
    else {
      const here = teams.get(host) ?? new Map<string, { name: string; ns: string; agents: Agent[] }>();
      teams.set(host, here);
      const id = JSON.stringify([host, agent.ns, agent.team]);
      const team = here.get(id) ?? { name: agent.team, ns: agent.ns, agents: [] };
      here.set(id, team);
      team.agents.push(agent);
    }
  }
  return { hosts: grouped ? hosts : [], roots, teams, children };
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
