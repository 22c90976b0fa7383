import { decodeEvent, decodeState } from '../protocol/decode.ts';
import { sampleOf } from '../protocol/json.ts';
import type { FeedMessage } from '../protocol/messages.ts';
import { eventChannel, stateChannel } from '../protocol/names.ts';

/** The channels of a namespace, with the right that each needs. */
export const channelsOf = (ns: string): { what: 'updates' | 'events'; channel: string }[] => [
  { what: 'updates', channel: ns + stateChannel },
  { what: 'events', channel: ns + eventChannel },
];

/** Decodes what came on a channel that one of `namespaces` has; undefined for any other channel. */
export function decodeBroadcast(
  namespaces: readonly string[],
  channel: string,
  text: string,
  held: boolean,
): FeedMessage | undefined {
  for (const ns of namespaces) {
    const malformed = (reason: string): FeedMessage => ({
      kind: 'malformed',
      ns,
      channel,
      reason,
      sample: sampleOf(text),
    });
    if (channel === ns + stateChannel) {
      const decoded = decodeState(text);
      return decoded.ok ? { kind: 'state', ns, message: decoded.value, held } : malformed(decoded.reason);
    }
    if (channel === ns + eventChannel) {
      const decoded = decodeEvent(text);
      return decoded.ok
        ? { kind: 'event', ns, event: decoded.value, text: sampleOf(text, 2_000) }
        : malformed(decoded.reason);
    }
  }
  return undefined;
}
