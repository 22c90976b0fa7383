import { ancestorsByName } from '../protocol/overlap.ts';
import type { Agent } from './picture.ts';

/** Fewest characters of an id that tell two of the same name apart. */
const fewest = 4;

/**
 * What people call each agent that has a name, by its key: where two are called the same, with its parent's name behind
 * it, or with as much of its id as is needed.
 */
export function namesOf(agents: readonly Agent[]): Map<string, string> {
  const names = new Map<string, string>();
  const called = groups(agents, (agent) => agent.name || agent.id);
  const byKey = new Map(agents.map((agent) => [familyKey(agent.ns, agent.id), agent]));
  for (const [name, group] of called) {
    const named = group.filter((agent) => agent.name !== '');
    if (group.length === 1) for (const agent of named) names.set(agent.key, name);
    else
      for (const [longer, same] of groups(named, (agent) => withParent(agent, byKey))) tellApart(longer, same, names);
  }
  return names;
}

function withParent(agent: Agent, byKey: ReadonlyMap<string, Agent>): string {
  const parents = agent.parent === null ? ancestorsByName(agent.id) : [agent.parent];
  const parent = parents.map((id) => byKey.get(familyKey(agent.ns, id))?.name).find((name) => name);
  return parent === undefined ? agent.name : `${agent.name} (${parent})`;
}

function tellApart(name: string, agents: readonly Agent[], names: Map<string, string>): void {
  const isAlone = agents.length === 1 && name !== agents[0]!.name;
  const tails = agents.map(({ id }) => id.slice(id.lastIndexOf('/') + 1));
  let length = fewest;
  // Ids are random; where they begin alike for long, it is no accident and the whole id is wanted.
  while (length < 12 && new Set(tails.map((tail) => tail.slice(0, length))).size < tails.length) length += 2;
  const isEnough = new Set(tails.map((tail) => tail.slice(0, length))).size === tails.length;
  for (const [i, agent] of agents.entries()) {
    const tail = isEnough ? tails[i]!.slice(0, length) : agent.id;
    names.set(agent.key, isAlone ? name : `${name} [${tail}]`);
  }
}

function groups<T>(list: readonly T[], nameOf: (each: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const each of list) {
    const name = nameOf(each);
    const group = found.get(name);
    if (group) group.push(each);
    else found.set(name, [each]);
  }
  return found;
}

const familyKey = (ns: string, id: string): string => `${ns}\u0000${id}`;
