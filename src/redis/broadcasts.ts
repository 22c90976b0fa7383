import { changeOf, type Change } from '../protocol/changes.ts';
import { decodeEvent, decodeStampedState, label, wireOf } from '../protocol/decode.ts';
import { parseObject, sampleOf, type Decoded } from '../protocol/json.ts';
import type { FeedMessage, StateMessage, Wire } from '../protocol/messages.ts';
import { eventChannel, limits, stateChannel } from '../protocol/names.ts';
import { doingOf } from '../protocol/phases.ts';
import { count, stampOf, type Stamp } from '../protocol/stamp.ts';

/** The channels of a namespace, with the right that each needs. */
export const channelsOf = (ns: string): { what: 'updates' | 'events'; channel: string }[] => [
  { what: 'updates', channel: ns + stateChannel },
  { what: 'events', channel: ns + eventChannel },
];

/** What the library tells: a state that it accepted, or anything else. */
export type Told = { wire: Wire } & ({ kind: 'accepted'; message: StateMessage } | { kind: 'change'; change: Change });

/** A broadcast as it came: what it says to be at its stamp, and what it is if the history does not confirm that. */
export type Broadcast =
  | { kind: 'plain'; message: FeedMessage }
  | { kind: 'stamped'; ns: string; stamp: Stamp; told: Told; plain: () => FeedMessage };

/** Decodes what came on a channel that one of `namespaces` has; undefined for any other channel. */
export function decodeBroadcast(
  namespaces: readonly string[],
  channel: string,
  text: string,
  held: boolean,
): Broadcast | undefined {
  for (const ns of namespaces) {
    const malformed = (reason: string): Broadcast => ({
      kind: 'plain',
      message: { kind: 'malformed', ns, channel, reason, sample: sampleOf(text), wire: wireOf(text) },
    });
    if (channel === ns + stateChannel) {
      const decoded = decodeStampedState(text);
      if (!decoded.ok) return malformed(decoded.reason);
      const { message, stamp, wire } = decoded.value;
      const plain: FeedMessage = { kind: 'state', ns, message, held, wire };
      if (!stamp) return { kind: 'plain', message: plain };
      return { kind: 'stamped', ns, stamp, told: { kind: 'accepted', message, wire }, plain: () => plain };
    }
    if (channel === ns + eventChannel) {
      const plain = (): FeedMessage => {
        const decoded = decodeEvent(text);
        if (!decoded.ok) {
          const { reason } = decoded;
          return { kind: 'malformed', ns, channel, reason, sample: sampleOf(text), wire: wireOf(text) };
        }
        const event = decoded.value;
        const { role, request } = event;
        return { kind: 'event', ns, event, text: sampleOf(text, 2_000), wire: { text, role, request } };
      };
      const alive = aliveOf(ns, text);
      if (alive) return { kind: 'plain', message: alive };
      const stamped = stampedChange(text);
      return stamped ? { kind: 'stamped', ns, ...stamped, plain } : { kind: 'plain', message: plain() };
    }
  }
  return undefined;
}

/** A hook's sign of life, which is neither numbered nor kept. */
function aliveOf(ns: string, text: string): FeedMessage | undefined {
  if (!text.startsWith('{"kind":"alive",')) return undefined;
  const parsed = parseObject(text, limits.state);
  if (!parsed.ok) return undefined;
  const agent = label(parsed.value['agent']);
  const doing = doingOf(parsed.value);
  if (agent === null || !doing) return undefined;
  const atUs = count(parsed.value['at']) ?? null;
  return { kind: 'alive', ns, agent, doing, atUs, wire: wireOf(text, parsed.value) };
}

function stampedChange(text: string): { stamp: Stamp; told: Told } | undefined {
  if (!text.startsWith('{"kind":')) return undefined;
  const parsed = parseObject(text, limits.state);
  const stamp = parsed.ok ? stampOf(parsed.value) : undefined;
  if (!parsed.ok || !stamp) return undefined;
  const decoded = changeOf(parsed.value);
  if (!decoded.ok) return undefined;
  return { stamp, told: { kind: 'change', change: decoded.value, wire: wireOf(text, parsed.value) } };
}

/** Decodes what an entry of the history holds: the text that was broadcast. */
export function decodeTold(kind: string, text: string): Decoded<Told> {
  if (kind === 'state') {
    const decoded = decodeStampedState(text);
    if (!decoded.ok) return decoded;
    const { message, wire } = decoded.value;
    return { ok: true, value: { kind: 'accepted', message, wire } };
  }
  const parsed = parseObject(text, limits.state);
  if (!parsed.ok) return parsed;
  const decoded = changeOf(parsed.value);
  if (!decoded.ok) return decoded;
  return { ok: true, value: { kind: 'change', change: decoded.value, wire: wireOf(text, parsed.value) } };
}
