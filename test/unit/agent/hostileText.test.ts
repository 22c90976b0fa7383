import assert from 'node:assert/strict';
import fc from 'fast-check';
import { statusText } from '../../../src/agent/statusText.ts';
import { watchText } from '../../../src/agent/watchText.ts';
import { FleetModel } from '../../../src/model/fleetModel.ts';
import { decodeEvent, decodeState } from '../../../src/protocol/decode.ts';
import { sampleOf } from '../../../src/protocol/json.ts';
import type { FeedMessage } from '../../../src/protocol/messages.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { hostileTexts } from '../../support/hostile.ts';
import { listSeen } from '../../support/queueSeen.ts';

/** What acts on a terminal or on the eye: controls, bidi and other invisible characters, separators, halves of pairs. */
const acting = /[\p{C}\p{Zl}\p{Zp}]/u;
/** The longest line that a person has to look at, whatever an agent calls itself. */
const longestLine = 500;

const text = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.tuple(fc.constantFrom(...hostileTexts), fc.string()).map((parts) => parts.join('')),
);
const ns = fc.constantFrom('', 'shop:');
const envelope = fc.record(
  {
    agent_id: text,
    epoch: fc.nat(),
    parent: text,
    host: text,
    role: text,
    name: text,
    state: fc.record({ task: text, status: text, ver: fc.nat({ max: 3 }), note: fc.jsonValue() }, { requiredKeys: [] }),
  },
  { requiredKeys: ['agent_id', 'state'] },
);

const state = fc.tuple(ns, envelope).map(([at, sent]): FeedMessage => {
  const payload = JSON.stringify(sent);
  const decoded = decodeState(payload);
  if (decoded.ok) return { kind: 'state', ns: at, message: decoded.value, held: false };
  return malformed(at, decoded.reason, payload);
});
const event = fc
  .tuple(
    ns,
    fc.oneof(
      text,
      text.map((detail) => `error:${detail}`),
      fc.record({ kind: text, agent: text, detail: text }),
    ),
  )
  .map(([at, sent]): FeedMessage => {
    const payload = typeof sent === 'string' ? sent : JSON.stringify(sent);
    const decoded = decodeEvent(payload);
    if (decoded.ok) return { kind: 'event', ns: at, event: decoded.value, text: sampleOf(payload) };
    return malformed(at, decoded.reason, payload);
  });
const locks = fc
  .tuple(ns, fc.array(fc.record({ resource: text, holder: fc.option(text), ttlMs: fc.option(fc.nat()) })))
  .map(([at, seen]): FeedMessage => {
    return { kind: 'locks', ns: at, locks: seen.map((lock) => ({ ...lock, token: null })), complete: true };
  });
const lists = fc.tuple(ns, fc.array(fc.tuple(text, fc.nat()))).map(([at, seen]): FeedMessage => {
  return { kind: 'queues', ns: at, queues: seen.map(([name, length]) => listSeen(name, length)), complete: true };
});

function malformed(at: string, reason: string, payload: string): FeedMessage {
  return { kind: 'malformed', ns: at, channel: `${at}agent:events`, reason, sample: sampleOf(payload) };
}

function assertHarmless(line: string): void {
  assert.doesNotMatch(line, acting);
  assert.ok(line.length <= longestLine, `a line of ${String(line.length)} characters`);
}

describe('whatever agents call themselves and say', () => {
  it('is shown in a terminal as marks on one line, and not as it came', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(state, event, locks, lists), { maxLength: 30 }), (messages) => {
        const clock = new FakeClock();
        const model = new FleetModel({ clock, observerId: 'test' });
        model.onEvent((happened) => assertHarmless(watchText(happened)));
        model.apply({ kind: 'opened', url: 'redis://127.0.0.1:6379', namespaces: ['', 'shop:'] });
        for (const message of messages) {
          model.apply(message);
          clock.advance(700);
          model.tick();
        }
        const status = model.status();
        const shown = statusText(status).split('\n');
        for (const line of shown) assertHarmless(line);
        const sections = [status.attention, status.agents, status.claims, status.queues].filter(
          (rows) => rows.length > 0,
        );
        const rows = sections.reduce((sum, section) => sum + section.length, 0);
        const counted = Object.values(status.counts).some((count) => count > 0) ? 2 : 0;
        // All but what needs attention have column headings.
        const headings = sections.filter((section) => section !== status.attention).length;
        // Each thing is one line: nothing that an agent wrote begins another.
        assert.equal(shown.length, 2 + 2 * sections.length + headings + rows + counted);
      }),
      { numRuns: 300 },
    );
  });
});
