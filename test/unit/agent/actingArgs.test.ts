import assert from 'node:assert/strict';
import { parseInvocation, commandNames } from '../../../src/agent/args.ts';
import { actingNames } from '../../../src/agent/acting/commands.ts';
import { UsageError } from '../../../src/agent/exitCodes.ts';
import { helpText } from '../../../src/agent/help.ts';

/** What a line is understood as, without what is made of it later. */
function parse(...argv: string[]): object {
  const invocation = parseInvocation(argv);
  assert.equal(invocation.kind, 'acting');
  return invocation.kind === 'acting' ? invocation.prepared.request : {};
}

function complaint(...argv: string[]): string {
  try {
    parseInvocation(argv);
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    return error.message;
  }
  return assert.fail(`"${argv.join(' ')}" was taken`);
}

describe('The line of a command that acts', () => {
  it('has the agent and the fleet before the command', () => {
    const invocation = parseInvocation(['--agent', 'a', '--url', 'redis://host', '--namespace', 'shop:', 'inbox']);
    assert.ok(invocation.kind === 'acting');
    assert.equal(invocation.agent, 'a');
    assert.deepEqual(invocation.flags, { url: 'redis://host', namespace: 'shop:' });
    assert.match(complaint('inbox', '--agent', 'a'), /--agent stands before the command/);
  });

  it('has help in each place where people look for it, with an example', () => {
    for (const name of actingNames) {
      assert.deepEqual(parseInvocation([name, '--help']), { kind: 'help', topic: name });
      assert.deepEqual(parseInvocation(['help', name]), { kind: 'help', topic: name });
      assert.match(helpText(name), /^usage: signalbox .*\b[a-z]+/);
      assert.match(helpText(name), new RegExp(`^example: signalbox .*\\b${name}\\b`, 'm'));
    }
    for (const name of commandNames) assert.match(helpText(null), new RegExp(`^  ${name} +\\S`, 'm'));
  });

  it('fits a terminal of 120 columns in every help', () => {
    for (const topic of [null, ...commandNames]) {
      for (const line of helpText(topic).split('\n')) assert.ok(line.length <= 120, `${String(topic)}: ${line}`);
    }
  });

  it('is told how times are written, wherever it takes one', () => {
    for (const name of ['claim', 'run', 'transfer'] as const) {
      assert.match(helpText(name), /^ {2}TIME .*without a unit it is milliseconds/m);
    }
  });

  it('is refused in our own words where a flag is misspelt, and is told which help explains it', () => {
    assert.equal(
      complaint('claim', 'a', '--tll', '5m'),
      'There is no flag --tll; did you mean --ttl? `signalbox claim --help` explains it.',
    );
    assert.match(complaint('claim', 'a', '-ttl', '5m'), /no flag -ttl; did you mean --ttl\?/);
    assert.match(complaint('claim', 'a', '--ex'), /did you mean --exact\?/);
    assert.match(complaint('claim', 'a', '-odd.ts'), /There is no flag -o\. What begins with - .* stands behind --\./);
    assert.match(complaint('claim', 'a', '--ttl'), /^--ttl needs a value\. `signalbox claim --help`/);
    assert.match(complaint('claim', 'a', '--ttl', '--json'), /^--ttl needs a value; .*--ttl=-x/);
    assert.match(complaint('claim', 'a', '--json=yes'), /^--json takes no value\./);
    assert.match(complaint('run', 'npm', '--', 'test'), /no place for "npm" here.*`signalbox run --help`/);
  });

  it('claims for 60 s without waiting unless told otherwise', () => {
    const usual = { words: ['src/a.ts'], exact: false, ttlMs: 60_000, waitMs: 0, task: '', json: false };
    assert.deepEqual(parse('claim', 'src/a.ts'), usual);
    assert.deepEqual(parse('claim', 'src/a.ts', '--ttl', '5m', '--task', 'fix it', '--exact', '--json'), {
      ...usual,
      ttlMs: 300_000,
      task: 'fix it',
      exact: true,
      json: true,
    });
    for (const ttl of ['0', '25h', '1.5s', 'soon'])
      assert.match(complaint('claim', 'a', '--ttl', ttl), /--ttl takes a time/);
  });

  it('waits for as long as is said, and for 10 minutes where nothing is', () => {
    const wait = (...rest: string[]): unknown => {
      const { waitMs, words } = parse('claim', ...rest) as { waitMs: number; words: string[] };
      return [waitMs, ...words];
    };
    assert.deepEqual(wait('a', '--wait'), [600_000, 'a']);
    assert.deepEqual(wait('--wait', 'a'), [600_000, 'a']);
    assert.deepEqual(wait('--wait', '30s', 'a'), [30_000, 'a']);
    assert.deepEqual(wait('a', '--wait', '250'), [250, 'a']);
    assert.deepEqual(wait('a', '--wait=2h'), [7_200_000, 'a']);
    assert.deepEqual(wait('a', '--wait', '--json'), [600_000, 'a']);
    assert.deepEqual(wait('a', '--', '--wait'), [0, 'a', '--wait']);
    for (const time of ['1m30s', '1.5m', '30seconds', '5d']) {
      assert.match(
        complaint('claim', 'a', '--wait', time),
        /"\d\S*" behind --wait is no time, as 10m is: a whole number with ms, s, m or h/,
      );
      assert.match(complaint('claim', 'a', '--exact', '--wait', time), /is no time/);
      assert.match(complaint('run', '--wait', time, '--', 'x'), /is no time/);
    }
    assert.deepEqual(wait('1m30s', '--wait'), [600_000, '1m30s']);
    assert.match(complaint('claim', 'a', '--wait=25h'), /--wait takes a time/);
    assert.match(complaint('claim', 'a', '--wait=0'), /--wait takes a time/);
  });

  it('waits for files for 10 minutes unless told otherwise, and never not at all', () => {
    const usual = { words: ['a', 'b'], exact: false, waitMs: 600_000, json: false };
    assert.deepEqual(parse('wait', 'a', 'b'), usual);
    assert.deepEqual(parse('wait', 'a', 'b', '--wait', '90s', '--json'), { ...usual, waitMs: 90_000, json: true });
    for (const time of ['0', '25h', 'soon'])
      assert.match(complaint('wait', 'a', '--wait', time), /--wait takes a time/);
    assert.match(complaint('wait', 'a', '--ttl', '5s'), /no flag --ttl/);
  });

  it('renews all or some, releases what is named or all', () => {
    assert.deepEqual(parse('renew'), { words: [], exact: false, token: null });
    assert.deepEqual(parse('renew', 'a', '--token', '12'), { words: ['a'], exact: false, token: 12 });
    assert.match(complaint('renew', '--token', '12'), /exactly one/);
    assert.match(complaint('renew', 'a', 'b', '--token', '12'), /exactly one/);
    assert.match(complaint('renew', 'a', '--token', 'x'), /number that `claim` printed/);
    assert.deepEqual(parse('release', '--all'), { words: [], exact: false, token: null, all: true });
    assert.deepEqual(parse('release', 'a'), { words: ['a'], exact: false, token: null, all: false });
    assert.match(complaint('release'), /release --all/);
    assert.match(complaint('release', 'a', '--all'), /--all goes without/);
  });

  it('transfers one claim to one agent, or breaks it for a reason', () => {
    const usual = { words: ['a'], exact: false, to: 'b', ttlMs: 60_000, reason: '', token: null };
    assert.deepEqual(parse('transfer', 'a', '--to', 'b'), usual);
    assert.deepEqual(parse('transfer', 'a', '--break', '--reason', 'stuck', '--token', '7'), {
      ...usual,
      to: null,
      reason: 'stuck',
      token: 7,
    });
    assert.match(complaint('transfer', 'a'), /--to AGENT/);
    assert.match(complaint('transfer', 'a', '--to', 'b', '--break', '--reason', 'x'), /--to AGENT/);
    assert.match(complaint('transfer', 'a', '--break'), /--reason/);
    assert.match(complaint('transfer', 'a', 'b', '--to', 'c'), /one resource/);
    assert.match(complaint('transfer', 'a', '--to', ''), /needs a name/);
  });

  it('takes one text each for a state and a message', () => {
    assert.deepEqual(parse('publish', '{"ver":1}'), { text: '{"ver":1}', newRun: false });
    assert.deepEqual(parse('publish', '--new-run', '-'), { text: '-', newRun: true });
    assert.match(complaint('publish', '{', '}'), /quoted for the shell/);
    assert.deepEqual(parse('send', '*', 'Go on.'), { to: '*', text: 'Go on.' });
    assert.deepEqual(parse('send', 'b', '--', '--help'), { to: 'b', text: '--help' });
    assert.match(complaint('send', 'b', 'Go', 'on.'), /quoted for the shell/);
    assert.match(complaint('send', 'b'), /a receiver and one text/);
  });

  it('pauses one agent or all', () => {
    assert.deepEqual(parse('pause'), { target: '*', reason: '' });
    assert.deepEqual(parse('pause', 'b', '--reason', 'lunch'), { target: 'b', reason: 'lunch' });
    assert.deepEqual(parse('resume', 'b'), { target: 'b' });
    assert.match(complaint('pause', 'b', 'c'), /one agent/);
    assert.match(complaint('pause', 'b\u0007'), /control character/);
    assert.match(complaint('pause', 'ü'.repeat(65)), /longer than 128 bytes/);
  });

  it('takes what stands behind -- as the program to run, flags and all', () => {
    assert.deepEqual(parse('run', '--', 'npm', 'test', '--', '--grep', 'x', '--wait', '--help'), {
      claims: { words: [], exact: false },
      ttlMs: 60_000,
      waitMs: 0,
      task: 'npm',
      program: ['npm', 'test', '--', '--grep', 'x', '--wait', '--help'],
    });
    assert.deepEqual(
      parse('run', '--claim', 'a', '--claim=b', '--wait', '--task', 't', '--ttl', '2s', '--', '/bin/true'),
      {
        claims: { words: ['a', 'b'], exact: false },
        ttlMs: 2_000,
        waitMs: 600_000,
        task: 't',
        program: ['/bin/true'],
      },
    );
    assert.match(complaint('run'), /behind --/);
    assert.match(complaint('run', '--'), /behind --/);
    assert.match(complaint('run', '--', ''), /behind --/);
    assert.match(complaint('run', 'npm', 'test'), /behind --/);
    assert.match(complaint('run', '--ttl', '5', '--', 'x'), /--ttl takes a time from 1s/);
  });

  it('says behind setup what is to be set up, each with its own flags', () => {
    const asked = (...words: string[]): object => {
      const { what, json, shared, remove, yes, permission, namespace } = parse('setup', ...words) as Record<
        string,
        unknown
      >;
      return {
        what,
        on: Object.entries({ json, shared, remove, yes, permission }).flatMap(([k, v]) => (v ? [k] : [])),
        namespace,
      };
    };
    assert.deepEqual(asked('--json'), { what: 'library', on: ['json', 'permission'], namespace: null });
    const all = asked('claude', '--yes', '--shared', '--remove', '--no-permission');
    assert.deepEqual(all, { what: 'claude', on: ['shared', 'remove', 'yes'], namespace: null });
    assert.deepEqual(asked('acl', '--namespace', 'x:'), { what: 'acl', on: ['permission'], namespace: 'x:' });
    assert.match(complaint('setup', 'claude', 'acl'), /Set up what/);
    assert.match(complaint('setup', 'acl', '--yes'), /no flag --yes for signalbox setup acl/);
    assert.match(complaint('setup', '--shared'), /no flag --shared for signalbox setup\./);
    assert.match(complaint('setup', 'claude', '--namespace', 'x:'), /stands before the command/);
  });

  it('has nothing behind functions', () => {
    assert.deepEqual(parse('functions'), {});
    complaint('setup', 'everything');
    complaint('functions', 'x');
    complaint('inbox', 'x');
    assert.match(complaint('inbox', '--count', '101'), /from 1 to 100/);
  });
});
