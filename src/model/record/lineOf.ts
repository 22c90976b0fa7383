import { changeEvent } from '../changeEvent.ts';
import type { Told } from '../picture.ts';
import { label } from '../../protocol/decode.ts';
import { parseObject } from '../../protocol/json.ts';
import type { FeedMessage } from '../../protocol/messages.ts';
import { eventChannel, stateChannel } from '../../protocol/names.ts';
import type { Mark } from '../../protocol/panel/line.ts';
import type { Translator } from '../../protocol/reasons.ts';
import type { WatchEvent, WatchKind } from '../../protocol/status.ts';
import type { Draft } from './lineRing.ts';
import { noticedText } from './noticedText.ts';

/** A command that MONITOR saw. */
export interface CommandSeen {
  /** By the server's clock, in ms; null where it is not known. */
  readonly at: number | null;
  /** For example `PUBLISH`. */
  readonly name: string;
  /** The whole command. */
  readonly text: string;
  /** Whose it was, as the server names it. */
  readonly client: string | null;
}

/** Texts of other channels are looked into for who wrote them up to this length. */
const mostLookedInto = 8_192;

const kindMarks: Partial<Record<WatchKind, Mark>> = {
  stale: 'stale',
  divergent: 'divergent',
  duplicate: 'duplicate',
  premature: 'premature',
  denied: 'denied',
  unclaimed: 'unclaimed',
  recovered: 'recovered',
  malformed: 'malformed',
  gap: 'gap',
};

const nobody = { ns: '', agent: null, role: null, request: null } as const;
const plain = { mark: null, reason: null, resource: null, seq: null, stampUs: null } as const;

/** Whether its broadcast was lost, and it was read from the history. */
export const isRecovered = ({ event, isLive }: Told): boolean => !isLive && event.clock === 'server';

/** Whether it came by one of the fleet's channels. */
export const isBroadcast = (told: Told): boolean => told.isLive || (told.wire !== null && !isRecovered(told));

/**
 * The line of something that was told; undefined of what is not worth one: how long queues are changes all the time.
 * @param skewMs how far the server's clock is ahead of ours
 */
export function draftOf(
  told: Told,
  now: number,
  skewMs: number,
  roleOf: (ns: string, agent: string) => string | null,
  l10n: Translator,
): Draft | undefined {
  const { event, wire, sent } = told;
  if (event.kind === 'queue') return undefined;
  const recovered = isRecovered(told);
  const stampMs = sent?.by === 'server' ? sent.ms : null;
  return {
    at: recovered && stampMs !== null ? Math.min(stampMs - skewMs, now) : now,
    ns: event.ns,
    channel: event.channel ?? '',
    agent: event.agent,
    role: wire?.role ?? (event.agent === null ? null : roleOf(event.ns, event.agent)),
    request: wire?.request ?? null,
    source: recovered ? 'history' : isBroadcast(told) ? 'live' : 'observed',
    kind: event.kind,
    mark: markOf(event) ?? (recovered ? 'recovered' : null),
    reason: event.reason,
    resource: event.resource,
    seq: event.seq,
    text: wire?.text ?? noticedText(event, l10n),
    stampUs: stampMs === null ? null : Math.round(stampMs * 1_000),
  };
}

/** The line of an entry that was read backwards from the history; undefined of anything else. */
export function draftOfPast(message: FeedMessage, now: number, skewMs: number, l10n: Translator): Draft | undefined {
  if (message.kind !== 'accepted' && message.kind !== 'change') return undefined;
  const { ns, seq, atUs, wire } = message;
  const part =
    message.kind === 'accepted'
      ? ({ kind: 'state', agent: message.message.agentId, data: message.message.state } as const)
      : changeEvent(message.change);
  const nothing = { agent: null, resource: null, token: null, channel: null, reason: null, data: null };
  const event: WatchEvent = { ns, seq, at: '', clock: 'server', ...nothing, ...part };
  return {
    at: Math.min(atUs / 1_000 - skewMs, now),
    ns,
    channel: ns + (message.kind === 'accepted' ? stateChannel : eventChannel),
    agent: event.agent,
    role: wire?.role ?? (message.kind === 'accepted' ? message.message.role : null),
    request: wire?.request ?? null,
    source: 'history',
    kind: event.kind,
    mark: markOf(event),
    reason: event.reason,
    resource: event.resource,
    seq,
    text: wire?.text ?? noticedText(event, l10n),
    stampUs: atUs,
  };
}

/** The line of something on a channel that somebody asked to listen to. Who wrote it is known where it is JSON that says so. */
export function draftOfHeard(channel: string, text: string, now: number): Draft {
  const base = { ...plain, ...nobody, at: now, channel, source: 'heard', kind: 'heard', text } as const;
  if (!text.startsWith('{') || text.length > mostLookedInto) return base;
  const parsed = parseObject(text, 4 * mostLookedInto);
  if (!parsed.ok) return base;
  const { agent, agent_id: id, role, request } = parsed.value;
  return { ...base, agent: label(id) ?? label(agent), role: label(role), request: label(request) };
}

export function draftOfCommand({ at, name, text, client }: CommandSeen, now: number, skewMs: number): Draft {
  const seen = at === null ? now : Math.min(at - skewMs, now);
  return { ...plain, ...nobody, at: seen, channel: name, source: 'monitor', kind: 'command', reason: client, text };
}

function markOf({ kind, data }: WatchEvent): Mark | null {
  const mark = kindMarks[kind];
  if (mark) return mark;
  const isError = kind === 'event' && typeof data === 'object' && data !== null && 'name' in data;
  return isError && data.name === 'error' ? 'error' : null;
}
