import { changeEvent, type EventPart } from '../changeEvent.ts';
import { outcomeText, prematureText, recoveredText } from '../outcomeText.ts';
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
  /** By the server's clock, in ms. */
  readonly atMs: number;
  /** Whose it was, as the server names it. */
  readonly client: string;
  /** For example `PUBLISH`. */
  readonly command: string;
  /** The whole command. */
  readonly text: string;
}

type Message<K extends FeedMessage['kind']> = Extract<FeedMessage, { kind: K }>;

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

/** A hook's sign of life. There is one with every tool call, and nothing to read in it. */
const isAlive = ({ event, isRepeat }: Told): boolean => isRepeat && event.kind === 'event';

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
  if (event.kind === 'queue' || isAlive(told)) return undefined;
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
    reason: reasonOf(told, l10n),
    resource: event.resource,
    seq: event.seq,
    text: wire?.text ?? noticedText(event, l10n),
    stampUs: stampMs === null ? null : Math.round(stampMs * 1_000),
  };
}

/**
 * The line of an entry that was read backwards from the history; undefined of anything else.
 * @param near when what stands beside it happened, for an entry that cannot be read and tells no time
 */
export function draftOfPast(
  message: FeedMessage,
  now: number,
  skewMs: number,
  near: number,
  l10n: Translator,
): Draft | undefined {
  if (message.kind === 'accepted') {
    const { agentId: agent, role, state: data } = message.message;
    const part = { kind: 'state', agent, data } as const;
    return draftOfEntry(message, stateChannel, part, role, now, skewMs, l10n);
  }
  if (message.kind === 'change') {
    return draftOfEntry(message, eventChannel, changeEvent(message.change, l10n), null, now, skewMs, l10n);
  }
  if (message.kind !== 'malformed') return undefined;
  const { ns, channel, reason, sample, wire } = message;
  const base = { ...plain, ...nobody, ns, at: near, channel, source: 'history', kind: 'malformed' } as const;
  return { ...base, mark: 'malformed', reason, text: wire?.text ?? sample };
}

function draftOfEntry(
  { ns, seq, atUs, wire }: Message<'accepted' | 'change'>,
  channel: string,
  part: EventPart,
  role: string | null,
  now: number,
  skewMs: number,
  l10n: Translator,
): Draft {
  const nothing = { agent: null, resource: null, token: null, channel: null, reason: null, data: null };
  const event: WatchEvent = { ns, seq, at: '', clock: 'server', ...nothing, ...part };
  return {
    at: Math.min(atUs / 1_000 - skewMs, now),
    ns,
    channel: ns + channel,
    agent: event.agent,
    role: wire?.role ?? role,
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
export function draftOfHeard({ channel, text, whole }: Message<'heard'>, now: number): Draft {
  const length = whole ?? text.length;
  const base = { ...plain, ...nobody, at: now, channel, source: 'heard', kind: 'heard', text, length } as const;
  if (!text.startsWith('{') || text.length > mostLookedInto) return base;
  const parsed = parseObject(text, 4 * mostLookedInto);
  if (!parsed.ok) return base;
  const { agent, agent_id: id, role, request } = parsed.value;
  return { ...base, agent: label(id) ?? label(agent), role: label(role), request: label(request) };
}

export function draftOfCommand({ atMs, client, command, text }: CommandSeen, now: number, skewMs: number): Draft {
  const at = Number.isFinite(atMs) ? Math.min(atMs - skewMs, now) : now;
  return { ...plain, ...nobody, at, channel: command, source: 'monitor', kind: 'command', reason: client, text };
}

/** The event's reason, which is for programs and in English, in the window's language where it is ours. */
function reasonOf(told: Told, l10n: Translator): string | null {
  const { event, change, update } = told;
  const { missing } = (event.data ?? {}) as { missing?: unknown };
  if (event.kind === 'premature' && Array.isArray(missing)) return prematureText(missing.map(String), l10n);
  if (!change && !update) return event.reason;
  const reason = change ? changeEvent(change, l10n).reason : outcomeText(update!, l10n);
  return reason ?? (isRecovered(told) ? recoveredText(l10n) : null);
}

function markOf({ kind, data }: WatchEvent): Mark | null {
  const mark = kindMarks[kind];
  if (mark) return mark;
  const isError = kind === 'event' && typeof data === 'object' && data !== null && 'name' in data;
  return isError && data.name === 'error' ? 'error' : null;
}
