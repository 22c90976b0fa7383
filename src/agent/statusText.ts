import { displayText } from '../protocol/displayText.ts';
import type { AgentJson, ClaimJson, Counts, QueueJson, Status } from '../protocol/status.ts';
import { columns } from './table.ts';

/** The picture as a person reads it in a terminal. Nothing in it can move the cursor or change colours. */
export function statusText(status: Status): string {
  const many = status.connection.namespaces.length > 1;
  return [
    ...head(status),
    ...section(
      'Needs attention',
      status.attention.map((item) => [short(item.kind, 20), short(item.text, 200)]),
    ),
    ...section(
      'Agents',
      status.agents.map((agent) => agentRow(agent, many)),
    ),
    ...section(
      'Claims',
      status.claims.map((claim) => claimRow(claim, many)),
    ),
    ...section(
      'Queues',
      status.queues.map((queue) => queueRow(queue, many)),
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
  ].filter((fact) => fact !== null);
  const names = connection.namespaces.map(({ ns }) => (ns === '' ? '(none)' : ns)).join(', ');
  const reason = connection.reason === undefined ? [] : [short(connection.reason, 300)];
  return [facts.join(' · '), ...reason, `namespaces: ${names}`];
}

function section(title: string, rows: readonly string[][]): string[] {
  return rows.length === 0 ? [] : ['', `${title} (${rows.length})`, ...columns(rows)];
}

function agentRow(agent: AgentJson, many: boolean): string[] {
  const called = agent.name === '' ? agent.id : `${agent.name} (${agent.id})`;
  const ver = agent.ver === null ? '' : `ver ${agent.ver}`;
  return [
    ...where(agent.ns, many),
    short(called),
    agent.liveness,
    short(agent.task ?? '-'),
    short(agent.status ?? '-', 20),
    ver,
    short(agent.host ?? '', 30),
    agent.parent === null ? '' : `under ${short(agent.parent)}`,
  ];
}

function claimRow(claim: ClaimJson, many: boolean): string[] {
  const left = claim.expiresInMs === null ? 'no expiry' : `${span(claim.expiresInMs)} left`;
  const waiters = claim.waiters.length === 0 ? '' : `${claim.waiters.length} waiting`;
  return [
    ...where(claim.ns, many),
    short(claim.resource, 100),
    short(claim.holder),
    left,
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
  return many ? [ns === '' ? '(none)' : short(ns)] : [];
}

function counted(counts: Counts): string[] {
  const named = Object.entries(counts).filter(([, count]) => count > 0);
  return named.length === 0 ? [] : ['', named.map(([name, count]) => `${name} ${count}`).join(' · ')];
}
