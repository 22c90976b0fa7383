import assert from 'node:assert/strict';
import { parseInvocation } from '../../../src/agent/args.ts';
import { UsageError } from '../../../src/agent/exitCodes.ts';
import { helpText } from '../../../src/agent/help.ts';

const parse = (line: string) => parseInvocation(line === '' ? [] : line.split(' '));
const complaint = (line: string): string => {
  try {
    parse(line);
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    return error.message;
  }
  return assert.fail(`"${line}" was taken`);
};

describe('The command line', () => {
  it('takes global flags before the command, with = or a space', () => {
    const flags = { url: 'redis://host:7000', namespace: 'shop:' };
    assert.deepEqual(parse('--url redis://host:7000 --namespace=shop: status --json'), {
      kind: 'status',
      flags,
      json: true,
      listenMs: 0,
    });
    assert.deepEqual(parse('doctor'), { kind: 'doctor', flags: { url: null, namespace: null }, json: false });
    assert.deepEqual(parse('watch'), { kind: 'watch', flags: { url: null, namespace: null }, json: false });
    assert.deepEqual(parse('--agent agent-1 watch --json'), {
      kind: 'watch',
      flags: { url: null, namespace: null },
      json: true,
    });
  });

  it('says where a global flag belongs that stands behind the command', () => {
    assert.match(complaint('status --url redis://host'), /--url stands before the command/);
  });

  it('says where a command’s flag belongs that stands before the command', () => {
    assert.equal(complaint('--json status'), '--json stands behind the command: signalbox status --json');
    assert.match(complaint('--ttl 5m claim a'), /--ttl stands behind the command: signalbox claim --ttl$/);
    assert.match(complaint('--count=3'), /signalbox inbox --count$/);
    assert.match(complaint('status --version'), /signalbox --version, without a command/);
  });

  it('guesses what was meant by a misspelt flag or command', () => {
    assert.match(
      complaint('--namespce shop: status'),
      /no flag --namespce; did you mean --namespace\?.*`signalbox --help`/,
    );
    assert.match(complaint('-v'), /no flag -v; did you mean --version\?/);
    assert.match(complaint('status --jsn'), /did you mean --json\? `signalbox status --help` explains it\.$/);
    assert.match(complaint('status --quite-another'), /no flag --quite-another\. `/);
    assert.match(complaint('stauts'), /did you mean status\?/);
    assert.match(complaint('constructor'), /no command "constructor"\. /);
    for (const name of ['constructor', '__proto__', 'toString']) {
      assert.match(complaint(`status --${name}`), /no flag/);
    }
    assert.match(complaint('--url'), /^--url needs a value\./);
  });

  it('names the variable to whoever gives a password as a flag, and does not repeat it', () => {
    for (const line of ['--password hush status', 'status --password hush', 'claim a --pass=hush', '--auth hush']) {
      const message = complaint(line);
      assert.match(message, /SIGNALBOX_REDIS_URL/);
      assert.doesNotMatch(message, /hush/);
    }
    for (const line of ['--passwrd=hush status', 'status --secret=hush', 'status --secret hush']) {
      assert.doesNotMatch(complaint(line), /hush/);
    }
  });

  it('refuses a password in a flag, names the variable to use, and does not repeat the password', () => {
    for (const url of [
      'redis://:secret@host',
      'redis://me:secret@host:7000/1',
      'redis://:se#cr?et@host',
      'rediss://host?password=secret',
    ]) {
      for (const line of [`--url ${url} status`, `--url=${url} watch --json`, `--url ${url} demo`]) {
        const message = complaint(line);
        assert.match(message, /SIGNALBOX_REDIS_URL/);
        assert.doesNotMatch(message, /secret|se#cr/);
      }
    }
    assert.equal(parse('--url redis://me@host status').kind, 'status');
  });

  it('does not repeat a password that stands where none was expected', () => {
    for (const line of [
      'redis://:secret@host',
      'status redis://:secret@host',
      'status --url=redis://:secret@host',
      '--urll=redis://:secret@host status',
    ]) {
      assert.doesNotMatch(complaint(line), /secret/);
    }
  });

  it('knows help and version in every place where people type them', () => {
    assert.deepEqual(parse('--help'), { kind: 'help', topic: null });
    assert.deepEqual(parse('help'), { kind: 'help', topic: null });
    assert.deepEqual(parse('help demo'), { kind: 'help', topic: 'demo' });
    assert.deepEqual(parse('-h status'), { kind: 'help', topic: 'status' });
    assert.deepEqual(parse('watch --help'), { kind: 'help', topic: 'watch' });
    assert.deepEqual(parse('demo -h'), { kind: 'help', topic: 'demo' });
    assert.deepEqual(parse('--version'), { kind: 'version' });
  });

  it('has an example in each help', () => {
    for (const topic of [null, 'status', 'watch', 'doctor', 'demo'] as const)
      assert.match(helpText(topic), /^example: signalbox /m);
  });

  it('refuses what it does not know', () => {
    assert.match(complaint(''), /Name a command/);
    assert.match(complaint('stauts'), /no command "stauts"/);
    complaint('status --jsn');
    complaint('status more');
    complaint('--url');
  });

  it('reads the numbers of the demo and refuses others', () => {
    assert.deepEqual(parse('demo'), { kind: 'demo', demo: { json: false, agents: 9, seed: 1, speed: 1 } });
    assert.deepEqual(parse('demo --agents 0 --seed 7 --speed 2.5 --json'), {
      kind: 'demo',
      demo: { json: true, agents: 0, seed: 7, speed: 2.5 },
    });
    for (const wrong of [
      '--agents -1',
      '--agents=-1',
      '--agents 51',
      '--agents 1.5',
      '--agents x',
      '--speed 0',
      '--seed x',
    ]) {
      complaint(`demo ${wrong}`);
    }
    assert.match(complaint('--url redis://host demo'), /its own/);
  });

  it('takes times to listen as milliseconds or with a unit', () => {
    const listenMs = (line: string): number | undefined => {
      const invocation = parse(line);
      return invocation.kind === 'status' ? invocation.listenMs : undefined;
    };
    assert.equal(listenMs('status --listen 1500'), 1_500);
    assert.equal(listenMs('status --listen 5s'), 5_000);
    assert.equal(listenMs('status --listen=2m'), 120_000);
    for (const time of ['soon', '-1', '1.5s', '11m', '']) {
      assert.match(complaint(`status --listen=${time}`), /--listen takes a time/);
    }
  });
});
