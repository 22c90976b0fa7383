import { decodeSnapshotItem, type SnapshotItem } from '../../protocol/snapshotItems.ts';
import { decodeStampedState, decodeStored } from '../../protocol/decode.ts';
import { sampleOf } from '../../protocol/json.ts';
import type { FeedMessage } from '../../protocol/messages.ts';
import { stateHash } from '../../protocol/names.ts';
import type { Stamp } from '../../protocol/stamp.ts';
import type { Calls } from '../library/calls.ts';

type SnapshotMessage = Extract<FeedMessage, { kind: 'snapshot' }>;
type Word = SnapshotMessage['word'];

export interface Snapshot {
  /** What is already in it; what came after its first page may be in it too. */
  stamp: Stamp;
  message: SnapshotMessage;
  /** What stands in the state hash without being the library's, or without being anything. */
  others: FeedMessage[];
}

/** Items of one page: states may be large. */
const pageSize = 100;

/**
 * Reads how a namespace stands.
 * @throws UserError when the library is missing or a right is
 */
export async function readSnapshot(calls: Calls, ns: string, word: Word): Promise<Snapshot> {
  let page = await calls.snapshot('0', pageSize);
  const stamp: Stamp = { seq: page.seq, sub: 0, atUs: page.atUs };
  const items: SnapshotItem[] = [];
  const states: SnapshotMessage['states'][number][] = [];
  const others: FeedMessage[] = [];
  for (;;) {
    for (const [kind, name, json] of page.items) {
      if (kind === 'state') {
        const stamped = decodeStampedState(json);
        // The field's name is what the next writer overwrites, so it counts for who it is.
        if (stamped.ok && stamped.value.stamp && stamped.value.message.agentId === name) {
          states.push(stamped.value.message);
          continue;
        }
        const stored = decodeStored(name, json);
        if (stored.ok) others.push({ kind: 'stored', ns, message: stored.value });
        else others.push(malformed(ns, stored.reason, json));
      } else {
        const item = decodeSnapshotItem(kind, name, json);
        if (item.ok) items.push(item.value);
        else others.push(malformed(ns, item.reason, json));
      }
    }
    if (page.next === '0') break;
    page = await calls.snapshot(page.next, pageSize);
  }
  const message: SnapshotMessage = {
    kind: 'snapshot',
    ns,
    seq: stamp.seq,
    states,
    agents: items.filter((item) => item.kind === 'agent'),
    leases: items.filter((item) => item.kind === 'claim'),
    waits: items.filter((item) => item.kind === 'wait'),
    pauses: items.filter((item) => item.kind === 'pause'),
    word,
  };
  return { stamp, message, others };
}

const malformed = (ns: string, reason: string, text: string): FeedMessage => ({
  kind: 'malformed',
  ns,
  channel: ns + stateHash,
  reason,
  sample: sampleOf(text),
});
