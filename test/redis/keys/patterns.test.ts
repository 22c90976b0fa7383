import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { systemClock } from '../../../src/protocol/clock.ts';
import { english } from '../../../src/protocol/reasons.ts';
import { QueueRows } from '../../../src/views/queueRows.ts';
import type { Projection } from '../../../src/views/row.ts';
import { RunRows } from '../../../src/views/run/runRows.ts';
import { Rig } from '../../support/rig.ts';

/** What agents that have nothing but redis-cli are told to type, and what the trees then show. Ages are left out. */
const patterns: readonly { name: string; types: string; shows: readonly string[]; needs?: readonly string[] }[] = [
  {
    name: 'a task queue',
    types: `
      redis-cli LPUSH agent:tasks "analyze_file:src/main.ts"
      redis-cli LPUSH agent:tasks "analyze_file:src/utils.ts"
      redis-cli RPOP agent:tasks`,
    shows: ['agent:tasks: 1 waiting'],
  },
  {
    name: 'shared state',
    types: `
      redis-cli HSET analysis:results "file_count" "42"
      redis-cli HSET analysis:results "total_lines" "1337"
      redis-cli HSET analysis:results "status" "in_progress"
      redis-cli HGETALL analysis:results
      redis-cli HSET analysis:results "status" "completed"`,
    shows: ['analysis:results: 3 entries', '  file_count: 42', '  status: completed', '  total_lines: 1337'],
  },
  {
    name: 'a counter',
    types: `
      redis-cli SET files:processed 0
      redis-cli INCR files:processed
      redis-cli GET files:processed`,
    shows: ['files:processed: 1'],
  },
  {
    name: 'a result that expires',
    types: `
      redis-cli SETEX "agent:search:results" 3600 '{"files": ["a.ts", "b.ts"]}'
      redis-cli GET "agent:search:results"`,
    shows: ['agent:search:results: HOUR left · {"files": ["a.ts", "b.ts"]}'],
  },
  {
    name: 'a parallel analysis',
    types: `
      redis-cli DEL analysis:queue
      redis-cli LPUSH analysis:queue "analyze:src/app.ts"
      redis-cli LPUSH analysis:queue "analyze:src/utils.ts"
      redis-cli LPUSH analysis:queue "analyze:src/config.ts"
      redis-cli SET analysis:total 3
      redis-cli RPOP analysis:queue
      redis-cli HSET analysis:results "src/app.ts" '{"lines": 100, "functions": 5}'
      redis-cli INCR analysis:completed`,
    shows: [
      'analysis:queue: 2 waiting',
      'analysis: ■■■□□□□□□□ 33% · 1/3',
      'analysis:results: 1 entry',
      '  src/app.ts: {"lines": 100, "functions": 5}',
    ],
  },
  {
    name: 'a pipeline',
    types: `
      redis-cli SET pipeline:step1:status "running"
      redis-cli SET pipeline:step1:results '["file1.ts", "file2.ts"]'
      redis-cli SET pipeline:step1:status "completed"
      status=$(redis-cli GET pipeline:step1:status)
      if [ "$status" = "completed" ]; then
        files=$(redis-cli GET pipeline:step1:results)
        redis-cli SET pipeline:step2:results '{"total_lines": 500}'
        redis-cli SET pipeline:step2:status "completed"
      fi`,
    shows: ['pipeline: 2 of 2 steps done', '  step1: completed · results', '  step2: completed · results'],
  },
  {
    name: 'a step that runs too early',
    types: `
      redis-cli SET pipeline:step1:status "running"
      redis-cli SET pipeline:step2:status "running"`,
    shows: [
      'pipeline: 0 of 2 steps done · step1 · running',
      '  step1: running · AGE',
      '  step2: began too early · running · AGE',
    ],
  },
  {
    name: 'errors and a failed run',
    types: `
      redis-cli DEL errors:list
      redis-cli SET task:status "running"
      redis-cli LPUSH errors:list "Agent 2: File not found - config.ts"
      redis-cli LPUSH errors:list "Agent 3: Syntax error in utils.ts"
      error_count=$(redis-cli LLEN errors:list)
      if [ "$error_count" -gt 0 ]; then
        redis-cli SET task:status "failed"
        redis-cli LRANGE errors:list 0 -1
      fi`,
    needs: ['run-failed task:status', 'error Agent 3: Syntax error in utils.ts'],
    shows: [
      'task:status: failed · AGE',
      'Errors: 2 errors',
      '  Agent 3: 1 error',
      '    Syntax error in utils.ts: AGE · errors:list',
      '  Agent 2: 1 error',
      '    File not found - config.ts: AGE · errors:list',
    ],
  },
  {
    name: 'names with a prefix',
    types: `
      redis-cli SET "myproject:agent1:result" "value"
      redis-cli SET "myproject:task:status" "running"
      redis-cli SETEX "session:temp:data" 3600 "value"
      redis-cli SET "mykey" "value"
      redis-cli EXPIRE "mykey" 3600`,
    shows: [
      'myproject:task:status: running · AGE',
      'myproject:agent1:result: value',
      'session:temp:data: HOUR left · value',
    ],
  },
  {
    name: 'names that say little, beside a queue',
    types: `
      redis-cli LPUSH analysis:queue file1.ts
      redis-cli HSET results "file1.ts" '{"lines": 3}'
      redis-cli INCR completed
      redis-cli INCR counter
      redis-cli DECR counter
      redis-cli LPUSH errors "no such file"
      redis-cli SET "config" '{"timeout": 30, "retry": 3}'`,
    shows: [
      'analysis:queue: 1 waiting',
      'Errors: 1 error',
      '  Nobody named: 1 error',
      '    no such file: AGE · errors',
      'completed: 1',
      'counter: 0',
      'config: {"timeout": 30, "retry": 3}',
      'results: 1 entry',
      '  file1.ts: {"lines": 3}',
    ],
  },
  {
    name: 'the same names where nobody works',
    types: `
      redis-cli HSET results a 1
      redis-cli INCR completed
      redis-cli LPUSH errors "x"
      redis-cli SET config '{}'
      redis-cli SET files:processed 1`,
    shows: ['files:processed: 1'],
  },
  {
    name: 'progress',
    types: `
      redis-cli SET progress:total 100
      redis-cli SET progress:current 0
      redis-cli INCRBY progress:current 10
      current=$(redis-cli GET progress:current)
      total=$(redis-cli GET progress:total)
      echo "Progress: $((current * 100 / total))%"`,
    shows: ['progress: ■□□□□□□□□□ 10% · 10/100'],
  },
];

/** As a server is by default, and as one that tells which keys change. */
const servers: readonly { says: string; args: readonly string[]; how: 'sweep' | 'live' }[] = [
  { says: 'found by sweeps', args: [], how: 'sweep' },
  { says: 'told by the server', args: ['--notify-keyspace-events', 'KA'], how: 'live' },
];

for (const { says, args, how } of servers) {
  describe(`what plain agents keep in Redis, ${says}`, () => {
    let rig: Rig;
    beforeEach(() => {
      rig = new Rig();
    });
    afterEach(() => rig.dispose());

    function shown(): string[] {
      const fleet = { picture: rig.model, clock: systemClock, l10n: english, files: { find: () => undefined } };
      const run = new RunRows(fleet);
      const lines = [...linesOf(new QueueRows(fleet)), ...linesOf(run)];
      run.dispose();
      return lines;
    }

    for (const { name, types, shows, needs } of patterns) {
      it(`shows ${name}`, async () => {
        await rig.serve(args);
        await rig.connect();
        assert.equal(rig.model.connection.looks?.how, how);
        // The way an agent types it, but for the port.
        const script = `redis-cli() { command redis-cli -p ${String(rig.server.port)} "$@"; }\n${types}`;
        execFileSync('bash', ['-c', script], { stdio: 'pipe' });
        const same = (): boolean => JSON.stringify(shown()) === JSON.stringify(shows);
        await rig.until('all is shown', same).catch(() => assert.deepEqual(shown(), shows));
        if (!needs) return;
        const attention = rig.model.attention.map(({ kind, detail }) => `${kind} ${detail ?? ''}`);
        assert.deepEqual(attention, needs);
      });
    }

    it('follows what is deleted, and reads no more than is shown of what is large', async () => {
      await rig.serve(args);
      rig.cli('SETRANGE', 'big:result', '50000000', 'x');
      rig.cliInput(
        Array.from({ length: 3_000 }, (_, i) => `HSET big:results field${String(i)} ${'y'.repeat(2_000)}`).join('\n'),
      );
      rig.cli('SET', 'files:processed', 'no number');
      rig.cli('SADD', 'analysis:results', 'a set');
      await rig.connect();
      await rig.until('the large ones are there', () => rig.model.run.length === 2);
      const [result, shared] = rig.model.run;
      assert.ok(result?.kind === 'result' && shared?.kind === 'shared');
      assert.equal(result.content.size, 50_000_001);
      assert.ok((result.content.text ?? '').length <= 4_096);
      assert.deepEqual([shared.content.size, shared.content.entries], [3_000, []]);
      rig.cli('DEL', 'big:result', 'big:results');
      await rig.until('they are gone', () => rig.model.run.length === 0);
      assert.equal(rig.model.connection.looks?.how, how);
    });
  });
}

function linesOf(rows: Projection, parent: string | null = null, indent = ''): string[] {
  return rows.children(parent).flatMap((id) => {
    const row = rows.row(id);
    const line = `${indent}${row?.label ?? ''}: ${row?.description ?? ''}`
      .replace(/(seen )?(<10s|\b\d+s)( ago)?(?=$| · errors)/, 'AGE')
      .replace(/\b(59m|1h) left/, 'HOUR left');
    return [line, ...linesOf(rows, id, `${indent}  `)];
  });
}
