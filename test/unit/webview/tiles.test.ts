import assert from 'node:assert/strict';
import type { Now, Second } from '../../../src/protocol/panel/picture.ts';
import { agentChoices } from '../../../webview/agentChoices.ts';
import { sparkColumns, sparkLength } from '../../../webview/sparkColumns.ts';
import { tileFigures } from '../../../webview/tileFigures.ts';
import { wordsOf } from '../../../webview/words.ts';
import { now, second } from './told.ts';

const l10n = wordsOf({});
const all = { agent: null, range: 300 };
const one = { agent: 'a', range: 300 };

describe('The tiles', () => {
  it('say the figures of now, and what else there is to say', () => {
    const queue = { key: 'q', ns: '', name: 'q', active: null, failed: null, donePerSecond: 0 };
    const figures = tileFigures(
      now({
        agents: 9,
        silent: 2,
        claims: 1_200,
        contested: 1,
        you: 2,
        youMs: 42_000,
        attention: 3,
        queued: 12,
        p95Ms: 4.14,
        conflictsPerMinute: 6,
        conflicts: 41,
        byKind: [20, 1, 30, 10, 20, 0, 5],
        messagesPerSecond: 48.2,
        malformed: 3,
        queues: [
          { ...queue, waiting: 12, oldestMs: 18_000 },
          { ...queue, waiting: 0, oldestMs: null },
        ],
      }),
      [],
      all,
      l10n,
      'en',
    );
    assert.deepEqual(
      Object.values(figures).map(({ text, sub }) => `${text} ${sub}`),
      [
        '9 2 silent',
        '1,200 1 contested',
        '4.1 ms of messages, last minute',
        '6 41 harmful · 45 prevented',
        '48.2 3 malformed',
        '12 oldest 18 s',
        '2 for 42 s · 3 need you',
      ],
    );
    assert.deepEqual(
      Object.values(figures).map(({ value }) => value),
      [9, 1_200, 4.14, 6, 48.2, 12, 2],
    );
    assert.deepEqual(
      Object.values(figures).map(({ tone }) => tone),
      ['calm', 'calm', 'calm', 'wrong', 'calm', 'calm', 'asks'],
    );
  });

  it('are calm and honest where there is nothing', () => {
    const figures = tileFigures(now(), [], all, l10n, 'en');
    assert.deepEqual(
      Object.values(figures).map(({ text, sub, tone }) => `${text} ${sub} ${tone}`),
      [
        '0 none silent calm',
        '0 none contested calm',
        '– nothing measured yet calm',
        '0 0 harmful · 0 prevented calm',
        '0 none malformed calm',
        '0 no queues calm',
        '0 nobody waits calm',
      ],
    );
    assert.equal(figures.latency.value, null);
    const probed = now({ p95Ms: 1, p95Of: 'probe' });
    assert.equal(tileFigures(probed, [], all, l10n, 'en').latency.sub, 'our probe, last minute');
    const asked = (attention: number): string => tileFigures(now({ attention }), [], all, l10n, 'en').you.sub;
    assert.deepEqual([asked(1), asked(2)], ['1 needs you', '2 need you']);
  });

  it('say nothing of what is not known without a connection', () => {
    const texts = (state: Now['connection']['state'], seconds: Second[]): string[] => {
      const fleet = now({ connection: { ...now().connection, state }, agents: 4, queued: 2, p95Ms: 3 });
      return Object.values(tileFigures(fleet, seconds, all, l10n, 'en')).map(({ text }) => text);
    };
    const nothing = ['–', '–', '–', '–', '–', '–', '–'];
    const last = ['4', '0', '–', '–', '–', '2', '0'];
    assert.deepEqual(texts('unconfigured', [second(0, { isLive: false })]), nothing);
    assert.deepEqual(texts('connecting', []), nothing);
    assert.deepEqual(texts('unconfigured', [second(0), second(1, { isLive: false })]), last, 'the last picture');
    assert.deepEqual(texts('reconnecting', [second(0, { isLive: false })]), last);
  });

  it('say of one agent its own traffic, over the same times, and of the rest that it is of all', () => {
    const seconds = Array.from({ length: 100 }, (_, i) =>
      second(i, {
        messages: i < 95 ? 100 : 2,
        conflicts: { duplicate: i < 40 ? 5 : i === 50 ? 1 : 0, stale: 7, denied: 7, recovered: 7 },
        messagesMs: i < 40 ? [5_000] : [10],
        probeMs: 9_000,
      }),
    );
    const fleet = now({ agents: 3, messagesPerSecond: 500, conflictsPerMinute: 50, p95Ms: 77, p95Of: 'probe' });
    const figures = tileFigures(fleet, seconds, one, l10n, 'en');
    assert.equal(figures.agents.sub, 'none silent, of all agents');
    assert.equal(figures.messages.value, 2);
    assert.equal(figures.conflicts.value, 1);
    assert.ok(Math.abs(figures.latency.value! - 10) < 0.2);
    assert.equal(tileFigures(fleet, [], one, l10n, 'en').latency.sub, 'nothing in a minute');
  });
});

describe('The sparklines', () => {
  it('are five minutes in columns that do not change when time moves on', () => {
    const seconds = Array.from({ length: 600 }, (_, i) => second(i, { messages: i, agents: i % 7 }));
    const before = sparkColumns('messages', seconds, 'messages');
    assert.equal(before.length, sparkLength);
    const after = sparkColumns('messages', [...seconds, second(600), second(601), second(602)], 'messages');
    assert.deepEqual(after.slice(1, -1), before.slice(2));
    assert.equal(sparkColumns('agents', seconds, 'messages').at(-1), 599 % 7);
  });

  it('have holes where nothing is known, and zeros where nothing happened', () => {
    const columns = sparkColumns(
      'conflicts',
      [second(0, { conflicts: { premature: 2, stale: 9 } }), second(5)],
      'probe',
    );
    assert.deepEqual(columns.slice(-3), [null, 2, 0]);
    const lost = [second(0, { isLive: false, agents: 3 }), second(5, { agents: 4 })];
    assert.deepEqual(sparkColumns('agents', lost, 'probe').slice(-2), [null, 4]);
    assert.ok(sparkColumns('you', [], 'probe').every((value) => value === null));
    assert.deepEqual(sparkColumns('latency', [second(0)], 'messages').slice(-1), [null]);
  });
});

describe('The choice of an agent', () => {
  const names = [
    { key: 'n\0b', label: 'b', isGone: true },
    { key: 'n\0c', label: 'c\u202e', isGone: false },
  ];

  it('is all, then who is there, then who is gone', () => {
    assert.deepEqual(
      agentChoices(names, null, null, l10n).map(({ label }) => label),
      ['All agents', 'c\u{fffd}', 'b (gone)'],
    );
  });

  it('keeps who was chosen, by the name last known', () => {
    assert.deepEqual(agentChoices(names, 'n\0a', 'Ada', l10n)[2], { value: 'n\0a', label: 'Ada (gone)' });
    assert.equal(agentChoices([], 'n\0a', null, l10n)[1]!.label, 'a (gone)');
  });
});
