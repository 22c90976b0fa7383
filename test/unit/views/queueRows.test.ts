import assert from 'node:assert/strict';
import { FleetModel } from '../../../src/model/fleetModel.ts';
import { english } from '../../../src/protocol/reasons.ts';
import type { QueueSeen } from '../../../src/protocol/queueSeen.ts';
import { QueueRows } from '../../../src/views/queueRows.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { bullSeen, groupSeen, listSeen, streamSeen } from '../../support/queueSeen.ts';

describe('rows of queues', () => {
  const clock = new FakeClock();
  let model: FleetModel;
  let rows: QueueRows;
  beforeEach(() => {
    model = new FleetModel({ clock, observerId: 'test' });
    rows = new QueueRows({ picture: model, clock, l10n: english, files: { find: () => undefined } });
  });

  const show = (...queues: QueueSeen[]): void => model.apply({ kind: 'queues', ns: '', queues, complete: true });

  function tree(parent: string | null = null, indent = ''): string[] {
    return rows.children(parent).flatMap((id) => {
      const row = rows.row(id)!;
      const icon = row.icon === 'file' ? 'file' : row.icon.codicon;
      return [`${indent}${icon} ${row.label} | ${row.description}`, ...tree(id, `${indent}  `)];
    });
  }

  const parts = (): string[] => rows.children(rows.children(null)[0]!).slice();

  it('tell how much waits in a list, and what went wrong', () => {
    show({ ...listSeen('a:queue', 3), failed: 2 });
    assert.deepEqual(tree(), ['layers-active a:queue | 3 waiting · 2 failed']);
    assert.equal(rows.row(rows.children(null)[0]!)?.contextValue, 'queue.list.failed');
    for (let i = 0; i < 60; i++) {
      clock.advance(1_000);
      show(listSeen('a:queue', i % 2 === 0 ? 2 : 3));
    }
    assert.deepEqual(tree(), ['layers-active a:queue | 3 waiting · +30/min · −30/min']);
    assert.match(rows.tooltip(rows.children(null)[0]!)!, /Arrive: at least 30 a minute/);
  });

  it('lead from a stream to its groups and their consumers', () => {
    const consumers = [
      { name: 'agent-1', pending: 4, idleMs: 240_000 },
      { name: 'agent-2', pending: 0, idleMs: 2_000 },
    ];
    const workers = groupSeen('workers', { lag: 5, pending: 4, oldestMs: 240_000, consumers, consumerCount: 3 });
    show(streamSeen('b:tasks', 9, [workers, groupSeen('audit', { lag: null })]));
    assert.deepEqual(tree(), [
      'pulse b:tasks | 9 waiting · 4 active · oldest 4m',
      '  organization workers | 5 waiting · 4 active · oldest 4m · 3 consumers',
      '    person agent-1 | 4 active · idle 4m',
      '    person agent-2 | 0 active · idle <10s',
      '    ellipsis 1 more | ',
      '  organization audit | at most 9 waiting · 0 active · 0 consumers',
    ]);
    // What is active there may be given to others; in a stream that nobody reads there is nothing to requeue.
    assert.equal(rows.row(rows.children(null)[0]!)?.contextValue, 'queue.stream.failed');
    const [group] = parts();
    const colorOf = (id: string): unknown => {
      const icon = rows.row(id)?.icon;
      return icon === 'file' ? null : icon?.color;
    };
    // Who holds work and asks for none is worth a look.
    assert.deepEqual(rows.children(group!).map(colorOf), ['signalbox.agentStalledForeground', null, null]);
    assert.match(rows.tooltip(group!)!, /Longest without an answer: 4m/);
  });

  it('lead from a queue of BullMQ to its states, and from a parent to its children', () => {
    const children = [
      { key: 'bull:parts:1', name: 'part', state: 'active' },
      { key: 'bull:parts:2', name: 'part', state: 'completed' },
    ] as const;
    const parents = [{ id: 'p-1', name: 'report', open: 2, done: 1, children }];
    const counts = { waiting: 2, active: 3, stalled: 1, delayed: 4, failed: 5, waitingChildren: 1, completed: 9 };
    show(bullSeen('bull:reports', { ...counts, parents }));
    assert.deepEqual(tree(), [
      'server-process bull:reports | 2 waiting · 3 active · 1 stalled · 5 failed',
      '  circle-large-outline waiting | 2',
      '  play-circle active | 3',
      '  warning stalled | 1',
      '  watch delayed | 4',
      '  type-hierarchy waiting for children | 1',
      '    type-hierarchy-sub report | 1 of 3 children done · p-1',
      '      play-circle part | active · bull:parts:1',
      '      pass part | completed · bull:parts:2',
      '      ellipsis 1 more | ',
      '  error failed | 5',
      '  pass completed | 9',
    ]);
    const failed = parts().find((id) => id.includes('failed'))!;
    assert.equal(rows.row(failed)?.contextValue, 'queuePart.failed');
    assert.match(rows.tooltip(rows.children(null)[0]!)!, /Delayed: 4[^]*Written by: bullmq/);
    show(bullSeen('bull:reports', { isPaused: true }));
    assert.deepEqual(tree(), ['debug-pause bull:reports | paused · 0 waiting']);
    assert.equal(rows.row(failed), null);
    assert.deepEqual([rows.row('["queue:gone","x"]'), rows.children('["queue:gone"]')], [null, []]);
  });
});
