import assert from 'node:assert/strict';
import type { KeySeen } from '../../../../src/protocol/keySeen.ts';
import { KeyTable, roleFor } from '../../../../src/protocol/keyTable.ts';
import { KeyBook } from '../../../../src/model/keys/keyBook.ts';
import type { Pipeline, RunItem } from '../../../../src/model/keys/runItems.ts';

const table = new KeyTable();

function key(name: string, value: string | Record<string, string> | string[], ttlMs: number | null = null): KeySeen {
  const type = typeof value === 'string' ? 'string' : Array.isArray(value) ? 'list' : 'hash';
  const { role, isGeneric = false } = roleFor(table.patternsOf(name), type)!;
  const entries = typeof value === 'string' ? [] : Object.entries(value);
  const [text, size] = typeof value === 'string' ? [value, value.length] : [null, entries.length];
  return { name, role, isGeneric, type, ttlMs, bytes: null, size, text, entries };
}

class Scene {
  readonly book = new KeyBook();
  now = 1_000_000;
  isFleet = false;

  see(...keys: KeySeen[]): boolean {
    return this.book.apply('', keys, true, this.now);
  }

  get items(): readonly RunItem[] {
    return this.book.items(new Set(this.isFleet ? [''] : []), this.now);
  }

  get words(): string[] {
    return this.items.map(({ kind, name }) => `${kind} ${name}`);
  }
}

describe('what keys say of a run', () => {
  it('pairs a total with what is done of it, with rate and time to the end', () => {
    const scene = new Scene();
    scene.see(key('analysis:total', '100'));
    assert.deepEqual(
      scene.items.map((item) => item.kind === 'progress' && [item.name, item.done, item.total, item.perMinute]),
      [['analysis', 0, 100, null]],
    );
    scene.see(key('analysis:total', '100'), key('analysis:completed', '10'));
    scene.now += 60_000;
    scene.see(key('analysis:total', '100'), key('analysis:completed', '40'));
    const [item] = scene.items;
    assert.ok(item?.kind === 'progress');
    assert.deepEqual([item.done, item.perMinute, item.leftMs], [40, 30, 120_000]);
    assert.equal(scene.items.length, 1);
  });

  it('lets a rate fall while nothing happens, and begins it anew where the number goes down', () => {
    const scene = new Scene();
    scene.see(key('files:processed', '0'));
    scene.now += 60_000;
    scene.see(key('files:processed', '60'));
    const rate = (): number | null | undefined => {
      const [item] = scene.items;
      return item?.kind === 'counter' ? item.perMinute : undefined;
    };
    assert.equal(rate(), 60);
    scene.now += 60_000;
    assert.equal(scene.see(key('files:processed', '60')), false);
    assert.equal(rate(), 30);
    scene.see(key('files:processed', '3'));
    scene.now += 4_000;
    scene.see(key('files:processed', '5'));
    // Two a few seconds apart say nothing of a minute.
    assert.equal(rate(), null);
    scene.now += 6_000;
    assert.equal(rate(), 12);
  });

  it('puts steps into order, says how long each took, and which began too early', () => {
    const scene = new Scene();
    scene.see();
    scene.see(
      key('pipeline:step2:status', 'waiting'),
      key('pipeline:step10:status', 'waiting'),
      key('pipeline:step1:status', 'running'),
    );
    scene.now += 5_000;
    scene.see(
      key('pipeline:step1:status', 'completed'),
      key('pipeline:step1:results', '["a.ts"]', 60_000),
      key('pipeline:step2:status', 'running'),
      key('pipeline:step10:status', 'running'),
    );
    assert.equal(scene.items.length, 1);
    const { steps, name } = scene.items[0] as Pipeline;
    assert.equal(name, 'pipeline');
    assert.deepEqual(
      steps.map((step) => [step.name, step.status, step.durationMs, step.results?.text ?? null, step.isPremature]),
      [
        ['step1', 'completed', 5_000, '["a.ts"]', false],
        ['step2', 'running', null, null, false],
        ['step10', 'running', null, null, true],
      ],
    );
  });

  it('says nothing of how long a step took that it met in the middle', () => {
    const scene = new Scene();
    scene.see(key('pipeline:a:status', 'running'));
    scene.now += 5_000;
    scene.see(key('pipeline:a:status', 'completed'));
    assert.equal((scene.items[0] as Pipeline).steps[0]?.durationMs, null);
  });

  it('knows results, shared state and run status, and forgets what is gone', () => {
    const scene = new Scene();
    scene.see(
      key('agent:search:results', '{"files":[]}', 3_600_000),
      key('analysis:results', { status: 'in_progress' }),
      key('task:status', 'failed'),
      key('errors:list', ['b', 'a']),
    );
    assert.deepEqual(scene.words, ['result agent:search:results', 'shared analysis:results', 'run task:status']);
    const [result] = scene.items;
    assert.ok(result?.kind === 'result');
    assert.equal(result.content.expiresAt, scene.now + 3_600_000);
    assert.equal(scene.see(key('task:status', 'failed')), true);
    assert.deepEqual(scene.words, ['run task:status']);
  });

  it('says that nothing changed where a deadline only came nearer', () => {
    const scene = new Scene();
    scene.see(key('a:result', 'x', 10_000));
    scene.now += 1_000;
    assert.equal(scene.see(key('a:result', 'x', 9_100)), false);
    assert.equal(scene.see(key('a:result', 'x', 60_000)), true);
  });

  it('says that something changed where one field is another', () => {
    const scene = new Scene();
    const isNews = (value: Record<string, string>): boolean => scene.see(key('x:results', value));
    assert.deepEqual([{ a: '1' }, { a: '1' }, { a: '2' }, { b: '2' }, { b: '2', c: '' }].map(isNews), [
      ...[true, false, true, true, true],
    ]);
  });

  it('counts names that say little only where there is a fleet', () => {
    const scene = new Scene();
    scene.see(key('results', { a: '1' }), key('completed', '3'), key('x:completed', '4'));
    assert.deepEqual(scene.words, ['counter x:completed']);
    scene.isFleet = true;
    assert.deepEqual(scene.words, ['counter completed', 'shared results', 'counter x:completed']);
  });

  it('keeps what it did not meet where there are more keys than are read', () => {
    const scene = new Scene();
    scene.see(key('a:result', 'x'), key('b:result', 'y', 1_000));
    scene.now += 2_000;
    scene.book.apply('', [key('c:result', 'z')], false, scene.now);
    assert.deepEqual(scene.words, ['result a:result', 'result c:result']);
    assert.ok(scene.book.incomplete);
  });

  it('forgets the oldest of those that nobody meets any more', () => {
    const scene = new Scene();
    for (let sweep = 0; sweep < 10; sweep++) {
      const keys = Array.from({ length: 500 }, (_, i) => key(`run:${String(sweep)}-${String(i)}:result`, 'x'));
      scene.book.apply('', keys, false, scene.now);
    }
    assert.equal(scene.items.length, 2_000);
    assert.ok(scene.words.includes('result run:9-499:result'));
  });
});
