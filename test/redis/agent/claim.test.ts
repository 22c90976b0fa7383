import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Terminal } from './terminal.ts';

describe('signalbox claim, renew, release and transfer', () => {
  let terminal: Terminal;

  before(async () => {
    terminal = await Terminal.open();
  });
  beforeEach(() => terminal.redis.flushall());
  afterEach(() => terminal.endAll());
  after(() => terminal.close());

  const type = (agent: string | undefined, line: string) => terminal.as(agent, ...line.split(' '));
  const left = (resource: string): Promise<number> => terminal.redis.pttl(`lock:${resource}`);

  it('claims all and prints a token for each, or none and says who is in the way', async () => {
    const granted = await type('a', 'claim src/a.ts src/new/ git:index --ttl 5m --task fix');
    assert.equal(granted.code, 0, granted.stderr);
    assert.equal(granted.stderr, '');
    const rows = granted.lines.map((line) => line.split('\t'));
    assert.deepEqual(
      rows.map(([resource]) => resource),
      ['src/a.ts', 'src/new/', 'git:index'],
    );
    assert.ok(rows.every(([, token]) => /^\d{16}$/.test(token ?? '')));
    const lock = JSON.parse((await terminal.redis.get('lock:src/a.ts')) ?? '') as Record<string, unknown>;
    assert.deepEqual([lock['holder'], lock['token'], lock['task'], lock['ttl']], ['a', rows[0]?.[1], 'fix', 300_000]);

    const denied = await type('b', 'claim src/b.ts src/new/deep/x.ts');
    assert.equal(denied.code, 3);
    assert.equal(denied.stdout, '');
    assert.match(
      denied.stderr,
      /^signalbox: src\/new\/deep\/x\.ts is in src\/new\/, which is held by a \(task "fix"\), [45]m \d\ds left\. \(--wait waits in line\)\n$/,
    );
    assert.equal(await terminal.holder('src/b.ts'), null);
  });

  it('says what a time without a unit is where that can hardly be meant', async () => {
    const short = await type('a', 'claim src/a.ts --ttl 300');
    assert.equal(short.code, 0);
    assert.match(short.stderr, /^signalbox: 300 is milliseconds, .*; --ttl 300s is 5m 00s\.\n$/);
  });

  it('prints one JSON object, whatever came of it', async () => {
    const granted = JSON.parse((await type('a', 'claim src/a.ts --json')).stdout) as Record<string, unknown>;
    assert.deepEqual(Object.keys(granted), ['v', 'agent', 'result', 'ttlMs', 'seq', 'claims']);
    assert.deepEqual([granted['result'], granted['ttlMs']], ['granted', 60_000]);
    const { code, stdout } = await type('b', 'claim . --json');
    assert.equal(code, 3);
    const { leftMs, ...denied } = JSON.parse(stdout) as Record<string, unknown>;
    assert.ok(typeof leftMs === 'number' && leftMs > 0 && leftMs <= 60_000);
    assert.deepEqual(denied, {
      v: 1,
      agent: 'b',
      result: 'denied',
      resource: './',
      blocking: 'src/a.ts',
      holder: 'a',
      task: '',
      reason: 'lease',
      position: 0,
    });
  });

  it('means the same file from every folder, and lets a named thing be from anywhere', async () => {
    assert.equal((await type('a', 'claim src/a.ts')).code, 0);
    const elsewhere = (folder: string, ...args: string[]) => terminal.start('b', args, { cwd: folder }).ended;
    const inside = await elsewhere(path.join(terminal.repository, 'src'), 'claim', './../src/a.ts');
    assert.equal(inside.code, 3);
    const outside = await elsewhere('/', 'claim', 'src/a.ts');
    assert.equal(outside.code, 2);
    assert.match(outside.stderr, /no repository around "\/".*--exact/);
    assert.equal((await elsewhere('/', 'claim', 'src/a.ts', '--exact')).code, 3);
    assert.equal((await elsewhere('/', 'claim', 'port:3000')).code, 0);
    const beyond = await type('b', 'claim ../x');
    assert.equal(beyond.code, 2);
    assert.match(beyond.stderr, /outside of the repository/);
  });

  it('sees plain locks, of every type', async () => {
    await terminal.redis.set('lock:src/a.ts', 'agent-9');
    await terminal.redis.rpush('lock:git:index', 'x');
    const plain = await type('a', 'claim src/a.ts');
    assert.equal(plain.code, 3);
    assert.match(plain.stderr, /src\/a\.ts has a plain lock of agent-9, without an expiry/);
    assert.equal((await type('a', 'claim git:index')).code, 3);
    assert.equal((await type('a', 'release src/a.ts')).code, 1);
    const taken = await type(undefined, 'transfer src/a.ts --to a --reason free');
    assert.equal(taken.code, 0, taken.stderr);
    assert.equal(await terminal.holder('src/a.ts'), 'a');
    const broken = await type(undefined, 'transfer git:index --break --reason x');
    assert.equal(broken.stdout, 'git:index\tbroken');
    assert.equal(await terminal.redis.exists('lock:git:index'), 0);
  });

  it('renews what the agent holds without tokens, and with one only that claim', async () => {
    const [row = ''] = (await type('a', 'claim src/a.ts git:index')).lines;
    const token = row.split('\t')[1] ?? '';
    // As if most of the time were over.
    const near = async (resource: string): Promise<void> => {
      const lock = JSON.parse((await terminal.redis.get(`lock:${resource}`)) ?? '') as { until: number };
      lock.until -= 50_000;
      await terminal.redis.set(`lock:${resource}`, JSON.stringify(lock), 'PXAT', lock.until);
    };
    await near('src/a.ts');
    assert.ok((await left('src/a.ts')) <= 10_000);
    const all = await type('a', 'renew');
    assert.equal(all.code, 0, all.stderr);
    assert.deepEqual(all.lines, ['git:index\trenewed', 'src/a.ts\trenewed']);
    assert.ok((await left('src/a.ts')) > 50_000);
    assert.equal((await type('a', `renew src/a.ts --token ${token}`)).code, 0);
    const stale = await type('a', 'renew src/a.ts --token 7');
    assert.equal(stale.code, 1);
    assert.equal(stale.stdout, 'src/a.ts\tgone');
    assert.match(stale.stderr, new RegExp(`src/a\\.ts is held by a with the token ${token}\\.\n$`));
    const mixed = await type('a', 'renew src/a.ts src/b.ts');
    assert.equal(mixed.code, 1);
    assert.deepEqual(mixed.lines, ['src/a.ts\trenewed', 'src/b.ts\tgone']);
    const none = await type('b', 'renew');
    assert.equal(none.code, 1);
    assert.match(none.stderr, /holds nothing/);
  });

  it('releases what is named, or all, and says what was not the agent’s', async () => {
    const [row = ''] = (await type('a', 'claim src/a.ts git:index port:1')).lines;
    const others = await type('b', 'release src/a.ts src/b.ts');
    assert.deepEqual([others.code, others.lines], [1, ['src/a.ts\tgone', 'src/b.ts\tgone']]);
    assert.match(others.stderr, /^signalbox: src\/a\.ts is held by a with the token \d{16}\.\n$/);
    assert.equal((await type('a', 'release src/a.ts --token 7')).code, 1);
    assert.equal(await terminal.holder('src/a.ts'), 'a');
    const done = await type('a', `release src/a.ts --token ${row.split('\t')[1] ?? ''}`);
    assert.deepEqual([done.code, done.stdout], [0, 'src/a.ts\treleased']);
    const again = await type('a', 'release src/a.ts git:index');
    assert.equal(again.code, 1);
    assert.deepEqual(again.lines, ['src/a.ts\tgone', 'git:index\treleased']);
    const all = await type('a', 'release --all');
    assert.deepEqual([all.code, all.stdout], [0, 'port:1\treleased']);
    const nothing = await type('a', 'release --all');
    assert.deepEqual([nothing.code, nothing.stdout], [0, '']);
    assert.match(nothing.stderr, /held nothing/);
    assert.equal((await type('a', 'release')).code, 2);
  });

  it('hands over and breaks for a person, and tells those whom it concerns', async () => {
    await type('a', 'claim src/a.ts');
    const moved = await terminal.as(undefined, 'transfer', 'src/a.ts', '--to', 'b', '--reason', 'a sleeps');
    assert.equal(moved.code, 0, moved.stderr);
    assert.match(moved.stdout, /^src\/a\.ts\t\d{16}$/);
    assert.equal(await terminal.holder('src/a.ts'), 'b');
    assert.equal((await type('a', 'renew src/a.ts')).stdout, 'src/a.ts\tgone');
    assert.match(
      (await type('a', 'inbox')).stdout,
      /\t\S+@\S+\tYour claim on "src\/a\.ts" was handed to b by .*: a sleeps\./,
    );
    assert.match((await type('b', 'inbox')).stdout, /You now hold "src\/a\.ts"/);

    const late = await type(undefined, 'transfer src/a.ts --to a --token 7');
    assert.equal(late.code, 3);
    assert.match(late.stderr, /src\/a\.ts is held by b now, with the token \d{16}\. Nothing was changed\./);
    await type('c', 'claim src/b.ts');
    await terminal.redis.del('lock:src/a.ts');
    const none = await type(undefined, 'transfer src/a.ts --to a');
    assert.equal(none.code, 1);
    assert.match(none.stderr, /Nobody holds src\/a\.ts\./);
    const broken = await terminal.as('boss', 'transfer', 'src/b.ts', '--break', '--reason', 'c is gone');
    assert.deepEqual([broken.code, broken.stdout], [0, 'src/b.ts\tbroken']);
    assert.match(
      (await type('c', 'inbox')).stdout,
      /\tboss\tYour claim on "src\/b\.ts" was ended by boss: c is gone\./,
    );
  });

  it('gives a claim to one of many who ask at once', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const ended = await Promise.all(names.map((name) => type(name, 'claim src/a.ts src/b.ts')));
    assert.deepEqual(ended.map(({ code }) => String(code)).toSorted(), ['0', '3', '3', '3']);
    const winner = names[ended.findIndex(({ code }) => code === 0)];
    assert.equal(await terminal.holder('src/a.ts'), winner);
    assert.equal(await terminal.holder('src/b.ts'), winner);
  });

  it('waits in line and has it when it is released, first come first', async () => {
    await type('a', 'claim src/a.ts --task first');
    const b = terminal.start('b', ['claim', 'src/a.ts', '--wait', '60s']);
    await b.said(/Waiting: src\/a\.ts is held by a \(task "first"\), .* Place in line: 1\./);
    const c = terminal.start('c', ['claim', 'src/', '--wait']);
    await c.said(/Waiting: src\/ covers src\/a\.ts, which is held by a .* Place in line: 2\./);
    const inVain = await type('d', 'claim src/b.ts');
    assert.equal(inVain.code, 3);
    assert.match(inVain.stderr, /src\/b\.ts is free, but c waits for it and came first\./);
    await type('a', 'release src/a.ts');
    const granted = await b.ended;
    assert.equal(granted.code, 0);
    assert.match(granted.lines[0] ?? '', /^src\/a\.ts\t\d{16}$/);
    assert.ok((await left('src/a.ts')) > 10_000);
    await type('b', 'release src/a.ts');
    assert.equal((await c.ended).code, 0);
    assert.equal(await terminal.holder('src/'), 'c');
  });

  it('gives up when the time is over, and leaves the line', async () => {
    await type('a', 'claim src/a.ts');
    const vain = await type('b', 'claim src/a.ts --wait 200 --json');
    assert.equal(vain.code, 5);
    assert.equal((JSON.parse(vain.stdout) as { result: string }).result, 'waited-in-vain');
    assert.match(vain.stderr, /Waited in vain: src\/a\.ts is held by a/);
    assert.equal(await terminal.redis.zcard('signalbox:queue'), 0);
  });

  it('leaves the line on Ctrl-C', async () => {
    await type('a', 'claim src/a.ts');
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const b = terminal.start('b', ['claim', 'src/a.ts', '--wait', '60s']);
      await b.said(/Waiting: /);
      assert.equal(await terminal.redis.zcard('signalbox:queue'), 1);
      b.child.kill(signal);
      assert.equal((await b.ended).code, code);
      assert.equal(await terminal.redis.zcard('signalbox:queue'), 0);
    }
    assert.equal(await terminal.holder('src/a.ts'), 'a');
  });

  it('does not begin a wait that would never end', async () => {
    await type('a', 'claim src/a.ts');
    await type('b', 'claim src/b.ts');
    const a = terminal.start('a', ['claim', 'src/b.ts', '--wait', '60s']);
    await a.said(/Waiting: /);
    const b = await type('b', 'claim src/a.ts --wait 60s --json');
    assert.equal(b.code, 3);
    assert.match(b.stderr, /b → a → b/);
    assert.deepEqual(JSON.parse(b.stdout), { v: 1, agent: 'b', result: 'deadlock', circle: ['b', 'a'] });
  });

  it('says which limit is passed, and ends with 1', async () => {
    for (let at = 0; at < 960; at += 64) {
      const names = Array.from({ length: 64 }, (_, i) => `n:${at + i}`);
      assert.equal((await terminal.as('a', 'claim', ...names)).code, 0);
    }
    const over = await terminal.as('a', 'claim', ...Array.from({ length: 41 }, (_, i) => `more:${i}`));
    assert.equal(over.code, 1);
    assert.match(over.stderr, /as many claims as one may/);
    assert.equal((await terminal.as('a', 'claim', ...Array.from({ length: 65 }, (_, i) => `more:${i}`))).code, 2);
    const renewed = await type('a', 'renew');
    assert.deepEqual([renewed.code, renewed.lines.length], [0, 960]);
    assert.equal((await type('a', 'release --all')).lines.length, 960);
  }).timeout(60_000);

  it('waits through a restart of Redis', async () => {
    await type('a', 'claim src/a.ts');
    const b = terminal.start('b', ['claim', 'src/a.ts', '--wait', '60s']);
    await b.said(/Waiting: /);
    // All that a waiter sees of a restart: its connections end, and nothing is known any more.
    await terminal.redis.flushall();
    await terminal.redis.call('FUNCTION', 'FLUSH');
    await terminal.redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    assert.equal((await b.ended).code, 0);
    assert.equal(await terminal.holder('src/a.ts'), 'b');
  });

  it('takes over what its parent holds, and gives it back', async () => {
    await type('a', 'claim src/');
    assert.equal((await type('b', 'claim src/a.ts')).code, 3);
    assert.equal((await type('a/child', 'claim src/ src/a.ts')).code, 0);
    assert.equal(await terminal.holder('src/'), 'a/child');
    assert.equal((await type('a', 'renew src/')).stdout, 'src/\trenewed');
    assert.equal((await type('a/child', 'release src/ src/a.ts')).code, 0);
    assert.equal(await terminal.holder('src/'), 'a');
    assert.equal(await terminal.holder('src/a.ts'), null);
  });

  it('names files with spaces and letters of all languages', async () => {
    const folder = path.join(terminal.repository, 'größe 漢字');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, '🦊 a.ts'), '');
    const { code, stdout } = await terminal.as('a', 'claim', folder, './git:x');
    assert.equal(code, 0);
    assert.match(stdout, /^größe 漢字\/\t\d+\n\.\/git:x\t\d+$/);
    assert.equal((await terminal.as('b', 'claim', 'größe 漢字/🦊 a.ts')).code, 3);
    assert.equal((await terminal.redis.keys('lock:*')).length, 2);
  });
});
