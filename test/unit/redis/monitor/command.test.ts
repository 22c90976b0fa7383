import assert from 'node:assert/strict';
import fc from 'fast-check';
import { commandOf, type MonitorCommand } from '../../../../src/redis/monitor/command.ts';
import { Lines, type Line } from '../../../../src/redis/monitor/lines.ts';
import { heapInUse } from '../../../support/heap.ts';

const read = (args: string, isCut = false): MonitorCommand | undefined =>
  commandOf({ text: `+1795244234.672994 [3 127.0.0.1:5000] ${args}`, isCut });

describe('a line of MONITOR', () => {
  it('is read as redis-cli shows it', () => {
    const args = String.raw`"set" "k" "\xc3\xbc\n\"\\"`;
    assert.deepEqual(read(args), {
      atMs: 1_795_244_234_672.994,
      client: '127.0.0.1:5000',
      db: 3,
      command: 'SET',
      text: args,
    });
    const line = { text: '+1.5 [0 unix:/tmp/a b.sock] "PING"', isCut: false };
    assert.equal(commandOf(line)?.client, 'unix:/tmp/a b.sock');
    assert.equal(commandOf({ text: '+1.5 [0 lua] "GET" "] \\"x"', isCut: false })?.text, '"GET" "] \\"x"');
  });

  it('that is none is left out', () => {
    for (const text of ['', '+OK', '-ERR x', '+1 [0 x] "PING"', '+1.5 [0 x] PING', '$5', '+1.5 0 x "PING"']) {
      assert.equal(commandOf({ text, isCut: false }), undefined, text);
    }
  });

  it('keeps nothing else of it in memory', () => {
    const lines = new Lines();
    const rest = `"${'x'.repeat(20_000)}"`;
    const kept: MonitorCommand[] = [];
    const before = heapInUse();
    for (let i = 0; i < 2_000; i++) {
      const text = `+1795244234.672994 [0 127.0.0.1:50000] "SET" "a key that is long enough" ${i % 2 ? rest : '"x"'}\r\n`;
      for (const line of lines.take(Buffer.from(text))) {
        const { client, command } = commandOf(line) ?? assert.fail();
        kept.push({ atMs: i, db: i, client, command, text: '' });
      }
    }
    const perLine = (heapInUse() - before) / kept.length;
    assert.ok(perLine < 1_000, `${perLine} bytes`);
  });

  it('shows no password', () => {
    for (const [given, shown] of [
      ['"auth" "bob" "s3cret"', '"auth" "(redacted)" "(redacted)"'],
      ['"HELLO" "3" "AUTH" "bob" "s3cret" "SETNAME" "x"', '"HELLO" "3" "AUTH" "(redacted)" "(redacted)" "SETNAME" "x"'],
      ['"ACL" "setuser" "bob" ">s3cret" "on"', '"ACL" "setuser" "bob" "(redacted)" "(redacted)"'],
      [
        '"CONFIG" "SET" "maxmemory" "1" "requirepass" "s3cret"',
        '"CONFIG" "SET" "maxmemory" "1" "requirepass" "(redacted)"',
      ],
      ['"config" "set" "masterauth" "s3cret"', '"config" "set" "masterauth" "(redacted)"'],
      ['"SENTINEL" "SET" "m" "auth-pass" "s3cret"', '"SENTINEL" "SET" "m" "auth-pass" "(redacted)"'],
      [
        '"MIGRATE" "h" "1" "k" "0" "9" "AUTH2" "bob" "s3cret"',
        '"MIGRATE" "h" "1" "k" "0" "9" "AUTH2" "(redacted)" "(redacted)"',
      ],
      ['"SET" "auth" "shown"', '"SET" "auth" "shown"'],
      ['"ACL" "LIST"', '"ACL" "LIST"'],
    ] as const) {
      assert.equal(read(given)?.text, shown);
    }
    assert.doesNotMatch(read('"AUTH" "s3cr', true)!.text, /s3cr/);
  });

  it('is cut where it is long, and says so', () => {
    const long = read(`"SET" "k" "${'x'.repeat(5_000)}"`)!;
    assert.equal(long.text.length, 2_000);
    assert.ok(long.text.endsWith('x…'));
    assert.ok(read('"SET" "k" "x', true)!.text.endsWith('…'));
  });

  it('is printable and bounded, whatever stands in it', () => {
    const piece = fc.constantFrom('"', '\\', ' ', '[', ']', 'AUTH', 'HELLO', 'x', '\u{0}', '\u{1b}', '\u{ff}', '\n');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 200 }), fc.boolean(), (pieces, isCut) => {
        const command = commandOf({ text: `+1.5 [0 a${pieces.join('')}`, isCut });
        if (!command) return;
        assert.match(command.client, /^[\x20-\x7e]{0,200}$/);
        assert.match(command.command, /^[\x20-\x7e]{0,64}$/);
        assert.match(command.text, /^[\x20-\x7e]{0,2000}…?$/);
      }),
    );
  });
});

describe('lines of a socket', () => {
  const linesOf = (chunks: readonly string[]): Line[] => {
    const lines = new Lines();
    return chunks.flatMap((chunk) => [...lines.take(Buffer.from(chunk, 'latin1'))]);
  };

  it('are the same however they arrive', () => {
    const text = fc.string({ maxLength: 30 }).map((part) => part.replace(/[\r\n]|[^\x20-\x7e]/g, '.'));
    fc.assert(
      fc.property(fc.array(text), fc.array(fc.nat(40)), (texts, cuts) => {
        let whole = texts.map((each) => `${each}\r\n`).join('');
        const chunks: string[] = [];
        for (const cut of cuts) {
          chunks.push(whole.slice(0, cut));
          whole = whole.slice(cut);
        }
        const lines = linesOf([...chunks, whole]);
        assert.deepEqual(
          lines,
          texts.map((each) => ({ text: each, isCut: false })),
        );
      }),
    );
  });

  it('are kept only in part where they are long', () => {
    const lines = linesOf(['x'.repeat(5_000), 'x'.repeat(5_000), 'x\r\nshort\r\n', 'unfinished']);
    assert.deepEqual(
      lines.map(({ text, isCut }) => [text.length, isCut]),
      [
        [8_192, true],
        [5, false],
      ],
    );
  });
});
