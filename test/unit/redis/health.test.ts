import assert from 'node:assert/strict';
import { FleetModel } from '../../../src/model/fleetModel.ts';
import type { HealthSeen } from '../../../src/protocol/healthSeen.ts';
import { mendOf } from '../../../src/protocol/reasons.ts';
import { idleOf, memoryOf, volatileOf } from '../../../src/redis/health/info.ts';
import { missingRight } from '../../../src/redis/rights.ts';
import { healthReason } from '../../../src/model/attentionText.ts';
import { FakeClock } from '../../support/fakeClock.ts';

const well: HealthSeen = {
  memory: { used: 1e6, max: 0, policy: 'noeviction', fragmentation: 9 },
  isVolatile: false,
  idle: { count: 0, names: [], ids: [] },
  temporary: [],
};

describe('how a server is', () => {
  it('is read from what it says of its memory', () => {
    const info =
      '# Memory\r\nused_memory:95\r\nmaxmemory:100\r\nmaxmemory_policy:allkeys-lru\r\nmem_fragmentation_ratio:x\r\n';
    assert.deepEqual(memoryOf(info), { used: 95, max: 100, policy: 'allkeys-lru', fragmentation: 0 });
    assert.equal(memoryOf(''), null);
  });

  it('is volatile where neither a log nor snapshots are written, and it is meant to last', () => {
    const info = (log: number, up: number): string =>
      `aof_enabled:${String(log)}\r\nuptime_in_seconds:${String(up)}\r\n`;
    assert.equal(volatileOf(info(0, 90_000), '', 86_400), true);
    assert.equal(volatileOf(info(0, 10), '', 86_400), false);
    assert.equal(volatileOf(info(1, 90_000), '', 86_400), false);
    assert.equal(volatileOf(info(0, 90_000), '3600 1', 86_400), false);
    assert.equal(volatileOf(info(0, 90_000), undefined, 86_400), null);
  });

  it('knows connections that have a name and do nothing, but not those that wait for something', () => {
    const client = (id: number, name: string, idle: number, more = 'flags=N db=0 sub=0 psub=0'): string =>
      `id=${String(id)} addr=127.0.0.1:1 name=${name} age=9999 idle=${String(idle)} ${more} cmd=get`;
    const list = [
      client(1, 'agent-1', 4_000),
      client(2, 'agent-2', 3_599),
      client(3, '', 9_000),
      client(4, 'signalbox', 9_000),
      client(5, 'ear', 9_000, 'flags=P db=0 sub=1 psub=0'),
      client(6, 'waiter', 9_000, 'flags=b db=0 sub=0 psub=0'),
      client(7, 'agent-1', 9_000),
      'nonsense',
      '',
    ].join('\n');
    assert.deepEqual(idleOf(list, 'signalbox', 3_600), { count: 2, names: ['agent-1'], ids: ['1', '7'] });
  });
});

describe('a server that is not well', () => {
  function rig() {
    const model = new FleetModel({ clock: new FakeClock(), observerId: 'test' });
    const see = (part: Partial<HealthSeen>): void => model.apply({ kind: 'health', health: { ...well, ...part } });
    const needs = (): string[] =>
      model.attention.filter(({ kind }) => kind === 'health').map((item) => healthReason(item).code);
    return { model, see, needs };
  }

  it('has a row for each thing, and none where it is well or nothing may be asked', () => {
    const { see, needs } = rig();
    see({});
    assert.deepEqual(needs(), []);
    see({ memory: null, isVolatile: null, idle: null, temporary: null });
    assert.deepEqual(needs(), []);
    see({
      memory: { used: 0.95e9, max: 1e9, policy: 'volatile-ttl', fragmentation: 2 },
      isVolatile: true,
      idle: { count: 1, names: ['agent-1'], ids: ['7'] },
      temporary: [{ ns: 'shop:', count: 2, examples: ['session:a', 'temp:b c'] }],
    });
    assert.deepEqual(needs().sort(), [
      'evicts',
      'idle-clients',
      'memory-full',
      'memory-scattered',
      'never-end',
      'not-persistent',
    ]);
  });

  it('names the largest of our keys where memory is short', () => {
    const { model, see } = rig();
    const keys = [5, 300, 20].map((mb, i) => ({
      ...({ role: 'shared', isGeneric: false, type: 'hash', ttlMs: null, text: null, entries: [], size: 1 } as const),
      ...{ name: `k${String(i)}:results`, bytes: mb * 1024 * 1024 },
    }));
    model.apply({ kind: 'keys', ns: 'shop:', keys, complete: true });
    const queue = { kind: 'list', name: 'agent:tasks', length: 9, ttlMs: null, bytes: 50 * 1024 * 1024 } as const;
    model.apply({ kind: 'queues', ns: 'shop:', queues: [{ ...queue, failed: null }], complete: true });
    see({ memory: { used: 91, max: 100, policy: 'noeviction', fragmentation: 1 } });
    const reason = healthReason(model.attention[0]!);
    assert.ok(reason.code === 'memory-full');
    assert.deepEqual(reason.largest, ['shop:k1:results 300 MB', 'shop:agent:tasks 50 MB', 'shop:k2:results 20 MB']);
  });

  it('does not nag: what was dismissed stays so while it goes on, whatever is said of it', () => {
    const { model, see, needs } = rig();
    const idle = (count: number): void => see({ idle: { count, names: ['a'], ids: ['7'] } });
    idle(1);
    model.dismiss(model.attention[0]!.id);
    idle(5);
    assert.deepEqual(needs(), []);
    see({});
    assert.deepEqual(needs(), []);
    idle(1);
    assert.deepEqual(needs(), ['idle-clients']);
  });

  it('has a line for a right that no name of a key makes another of', () => {
    const lacking = missingRight('keyDeeds', '', { url: '', namespaces: [''], username: 'me' }, ['~a "b" $(`x`);*']);
    assert.ok(lacking.code === 'missing-right');
    assert.equal(lacking.rules.split(' ').at(-1), '~a??b?????x???*');
  });

  it('has a command that mends it, of keys by their whole names', () => {
    assert.equal(
      mendOf({ code: 'never-end', count: 2, examples: ['shop:session:a', 'shop:temp:b c'] }),
      'EXPIRE shop:session:a 3600\nEXPIRE "shop:temp:b c" 3600',
    );
    assert.equal(
      mendOf({ code: 'never-end', count: 1, examples: ['temp:ü 1$(`x`)!"\\\n'] }),
      'EXPIRE "temp:ü 1\\x24(\\x60x\\x60)\\x21\\x22\\x5c\\x0a" 3600',
      'a shell that it is pasted into by mistake runs nothing',
    );
    assert.equal(mendOf({ code: 'closed' }), null);
  });
});
