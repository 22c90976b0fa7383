import { english, reasonText } from '../protocol/reasons.ts';
import type { AgentJson, AttentionJson, ClaimJson, ConnectionJson, QueueJson, Status } from '../protocol/status.ts';
import { attentionText } from './attentionText.ts';
import type { Agent, AttentionItem, Claim, Connection, Picture, Queue } from './picture.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

/** The picture as other programs read it, at `now`. */
export function statusJson(picture: Picture, observer: { id: string; since: number }, now: number): Status {
  return {
    v: 1,
    at: iso(now),
    observer: { id: observer.id, since: iso(observer.since) },
    connection: connectionJson(picture.connection),
    agents: picture.agents.map(agentJson),
    claims: picture.claims.map((claim) => claimJson(claim, now)),
    queues: picture.queues.map(queueJson),
    counts: { ...picture.counts },
    attention: picture.attention.map((item) => attentionJson(item, picture, now)),
  };
}

function connectionJson(connection: Connection): ConnectionJson {
  const { state, server, url, library, notifications, rttMs, reason, seqs } = connection;
  return {
    state,
    server,
    url,
    library,
    notifications,
    rttMs: rttMs === null ? null : Math.round(rttMs * 1000) / 1000,
    namespaces: connection.namespaces.map((ns) => ({ ns, seq: seqs.get(ns) ?? null })),
    ...(reason ? { reason: reasonText(reason, english) } : {}),
  };
}

function agentJson(agent: Agent): AgentJson {
  const { ns, id, name, liveness, source, host, parent, role, task, status, epoch, ver, state, stale } = agent;
  const seenAt = agent.seenAt === null ? null : iso(agent.seenAt);
  return { ns, id, name, liveness, source, host, parent, role, task, status, epoch, ver, state, seenAt, stale };
}

function claimJson(claim: Claim, now: number): ClaimJson {
  const { ns, resource, kind, holder, level, token, task, expiresAt } = claim;
  const expiresInMs = expiresAt === null ? null : Math.max(0, Math.round(expiresAt - now));
  const waiters = [...claim.waiters];
  return { ns, resource, kind, holder, level, token, task, since: iso(claim.since), expiresInMs, waiters };
}

function queueJson(queue: Queue): QueueJson {
  const { ns, name, kind, waiting, active, failed, oldestMs } = queue;
  return { ns, name, kind, waiting, active, failed, oldestMs };
}

function attentionJson(item: AttentionItem, picture: Picture, now: number): AttentionJson {
  const { id, kind, agent, resource } = item;
  return { id, kind, agent, resource, since: iso(item.since), text: attentionText(item, english, picture, now) };
}
