import { everybody } from '../model/pauseBook.ts';
import type { Pause } from '../model/picture.ts';
import { displayText } from '../protocol/displayText.ts';
import { activityOf } from '../protocol/activity.ts';
import type { AgentJson, ClaimJson, Counts, QueueJson, Status } from '../protocol/status.ts';
import { columns } from './table.ts';

/** What people call an agent. */
export type NameOf = (ns: string, id: string) => string;

/**
 * The picture as a person reads it in a terminal, with who is paused, which the status does not say. Nothing in it can move
 * the cursor or change colours.
 */
export function statusText(status: Status, pauses: readonly Pause[] = [], nameOf: NameOf = (_, id) => id): string {
  const many = status.connection.namespaces.length > 1;
  const awaited = awaitedBy(status.claims);
  // Where nothing decides claims all are plain locks, which goes without saying.
  const levels = status.connection.library !== null;
  const heading = (...names: string[]): string[] => (many ? ['namespace', ...names] : names);
  return [
    ...head(status),
    ...emptyHint(status),
    ...section(
      'Needs attention',
      status.attention.map((item) => [short(item.kind, 20), short(item.text, 200)]),
    ),
    ...section(
      'Paused',
      pauses.map(({ ns, target, by, reason }) => [
        ...(many ? [fleetName(ns)] : []),
        target === everybody ? 'all agents' : short(nameOf(ns, target)),
        `by ${short(nameOf(ns, by))}`,
        short(reason, 100),
      ]),
    ),
    ...section(
      'Agents',
      status.agents.map((agent) => agentRow(agent, awaited.get(keyOf(agent.ns, agent.id)) ?? [], many, nameOf)),
      heading('agent', 'liveness', 'status', 'task', 'version', 'host', 'parent', 'waits'),
    ),
    ...section(
      'Claims',
      status.claims.map((claim) => claimRow(claim, levels, many, nameOf)),
      heading('resource', 'holder', 'time', 'kind', 'task', 'in line'),
    ),
    ...section(
      'Queues',
      status.queues.map((queue) => queueRow(queue, many)),
      heading('queue', 'kind', 'waiting', 'oldest'),
    ),
    ...counted(status.counts),
  ].join('\n');
}

/** Fits a text of others into a cell. */
export const short = (text: string, max = 60): string => displayText(text, max);

/** `1m 05s`, `41s`; for a reader, so never finer than a second. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${String(seconds % 60).padStart(2, '0')}s`;
  return `${Math.floor(seconds / 3600)}h ${String(Math.floor((seconds % 3600) / 60)).padStart(2, '0')}m`;
}

function head({ connection }: Status): string[] {
  const facts = [
    connection.server === null ? null : short(connection.server),
    connection.url === null ? null : short(connection.url, 200),
    connection.state,
    connection.rttMs === null ? null : `${connection.rttMs.toFixed(1)} ms`,
    connection.library === null ? null : `function library ${short(connection.library)}`,
  ].filter((fact) => fact !== null);
  const names = connection.namespaces.map(({ ns }) => fleetName(ns)).join(', ');
  const reason = connection.reason === undefined ? [] : [short(connection.reason, 300)];
  return [facts.join(' · '), ...reason, `namespaces: ${names}`];
}

const fleetName = (ns: string): string => (ns === '' ? '(no namespace)' : short(ns));

/** How agents appear, for whoever sees none. */
function emptyHint({ connection, agents, claims, queues }: Status): string[] {
  if (connection.state !== 'live' || agents.length + claims.length + queues.length > 0) return [];
  return [
    'Nobody is here yet. Sessions of Claude Code appear after signalbox setup claude, other programs by signalbox --agent NAME run -- COMMAND',
  ];
}

function section(title: string, rows: readonly string[][], heading?: readonly string[]): string[] {
  if (rows.length === 0) return [];
  return ['', `${title} (${rows.length})`, ...columns(rows, heading === undefined ? {} : { heading })];
}

/** What each agent waits for. */
function awaitedBy(claims: readonly ClaimJson[]): Map<string, string[]> {
  const awaited = new Map<string, string[]>();
  for (const { ns, resource, waiters } of claims) {
    for (const waiter of waiters) {
      const key = keyOf(ns, waiter);
      const resources = awaited.get(key);
      if (resources) resources.push(resource);
      else awaited.set(key, [resource]);
    }
  }
  return awaited;
}

const keyOf = (ns: string, agent: string): string => JSON.stringify([ns, agent]);

function agentRow(agent: AgentJson, awaited: readonly string[], many: boolean, nameOf: NameOf): string[] {
  const called = agent.name === '' ? agent.id : `${agent.name} (${agent.id})`;
  const ver = agent.ver === null ? '' : `ver ${agent.ver}`;
  return [
    ...where(agent.ns, many),
    short(called),
    ...activityCells(agent),
    short(agent.task ?? '-'),
    ver,
    short(agent.host ?? '', 30),
    agent.parent === null ? '' : `under ${short(nameOf(agent.ns, agent.parent))}`,
    awaited.length === 0 ? '' : `waits for ${named(awaited, 1, 60)}`,
  ];
}

/** Liveness and status. What has ended is silent because of that, and nothing that works, idles or died. */
function activityCells({ liveness, status }: AgentJson): [string, string] {
  const word = short(status ?? '-', 20);
  const isSilence = liveness === 'working' || liveness === 'idle' || liveness === 'dead';
  return activityOf(status) === 'final' && isSilence ? [word, ''] : [liveness, word];
}

/** The first of a list, and how many more there are. */
function named(names: readonly string[], most: number, longest: number): string {
  const first = names.slice(0, most).map((name) => short(name, longest));
  return names.length > most ? `${first.join(', ')} and ${names.length - most} more` : first.join(', ');
}

function claimRow(claim: ClaimJson, levels: boolean, many: boolean, nameOf: NameOf): string[] {
  const left = claim.expiresInMs === null ? 'no expiry' : `${span(claim.expiresInMs)} left`;
  const names = claim.waiters.map((id) => nameOf(claim.ns, id));
  const waiters = names.length === 0 ? '' : `${names.length} waiting: ${named(names, 3, 30)}`;
  return [
    ...where(claim.ns, many),
    short(claim.resource, 100),
    short(nameOf(claim.ns, claim.holder)),
    left,
    levels && claim.level === 0 ? 'plain lock' : '',
    short(claim.task ?? ''),
    waiters,
  ];
}

function queueRow(queue: QueueJson, many: boolean): string[] {
  const oldest = queue.oldestMs === null ? '' : `oldest ${span(queue.oldestMs)}`;
  return [...where(queue.ns, many), short(queue.name, 100), queue.kind, `${queue.waiting} waiting`, oldest];
}

/** A column for the namespace, only where there is more than one. */
function where(ns: string, many: boolean): string[] {
  return many ? [fleetName(ns)] : [];
}

function counted(counts: Counts): string[] {
  const named = Object.entries(counts).filter(([, count]) => count > 0);
  return named.length === 0 ? [] : ['', named.map(([name, count]) => `${name} ${count}`).join(' · ')];
}
