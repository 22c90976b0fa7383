import { changeOf, type Change } from '../protocol/changes.ts';
import { decodeEvent, decodeStampedState } from '../protocol/decode.ts';
import { parseObject, sampleOf, type Decoded } from '../protocol/json.ts';
import type { FeedMessage, StateMessage } from '../protocol/messages.ts';
import { eventChannel, limits, stateChannel } from '../protocol/names.ts';
import { stampOf, type Stamp } from '../protocol/stamp.ts';

/** The channels of a namespace, with the right that each needs. */
export const channelsOf = (ns: string): { what: 'updates' | 'events'; channel: string }[] => [
  { what: 'updates', channel: ns + stateChannel },
  { what: 'events', channel: ns + eventChannel },
];

/** What the library tells: a state that it accepted, or anything else. */
export type Told = { kind: 'accepted'; message: StateMessage } | { kind: 'change'; change: Change };

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
      message: { kind: 'malformed', ns, channel, reason, sample: sampleOf(text) },
    });
    if (channel === ns + stateChannel) {
      const decoded = decodeStampedState(text);
      if (!decoded.ok) return malformed(decoded.reason);
      const { message, stamp } = decoded.value;
      const plain: FeedMessage = { kind: 'state', ns, message, held };
      if (!stamp) return { kind: 'plain', message: plain };
      return { kind: 'stamped', ns, stamp, told: { kind: 'accepted', message }, plain: () => plain };
    }
    if (channel === ns + eventChannel) {
      const plain = (): FeedMessage => {
        const decoded = decodeEvent(text);
        if (decoded.ok) return { kind: 'event', ns, event: decoded.value, text: sampleOf(text, 2_000) };
        return { kind: 'malformed', ns, channel, reason: decoded.reason, sample: sampleOf(text) };
      };
      const stamped = stampedChange(text);
      return stamped ? { kind: 'stamped', ns, ...stamped, plain } : { kind: 'plain', message: plain() };
    }
  }
  return undefined;
}

function stampedChange(text: string): { stamp: Stamp; told: Told } | undefined {
  if (!text.startsWith('{"kind":')) return undefined;
  const parsed = parseObject(text, limits.state);
  const stamp = parsed.ok ? stampOf(parsed.value) : undefined;
  if (!parsed.ok || !stamp) return undefined;
  const decoded = changeOf(parsed.value);
  return decoded.ok ? { stamp, told: { kind: 'change', change: decoded.value } } : undefined;
}

/** Decodes what an entry of the history holds: the text that was broadcast. */
export function decodeTold(kind: string, text: string): Decoded<Told> {
  if (kind === 'state') {
    const decoded = decodeStampedState(text);
    return decoded.ok ? { ok: true, value: { kind: 'accepted', message: decoded.value.message } } : decoded;
  }
  const parsed = parseObject(text, limits.state);
  if (!parsed.ok) return parsed;
  const decoded = changeOf(parsed.value);
  return decoded.ok ? { ok: true, value: { kind: 'change', change: decoded.value } } : decoded;
}
