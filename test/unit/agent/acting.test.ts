import assert from 'node:assert/strict';
import fc from 'fast-check';
import { actingAgent, actingPerson, agentMeant, agentName, parentOf } from '../../../src/agent/acting/actor.ts';
import type { Desk } from '../../../src/agent/acting/command.ts';
import { leaseOf } from '../../../src/agent/acting/lease.ts';
import { circleText, claimJson, deniedText, limitText, row } from '../../../src/agent/acting/words.ts';
import { UsageError } from '../../../src/agent/exitCodes.ts';
import { failureCode } from '../../../src/agent/failureCode.ts';
import { resolveFleet } from '../../../src/agent/target.ts';
import type { Denied } from '../../../src/redis/library/calls.ts';
import { hostileTexts } from '../../support/hostile.ts';

const desk = (agent: string | null): Desk => ({
  output: {
    print: () => {},
    explain: () => {},
    printed: () => Promise.resolve(true),
    onClosed: () => ({ dispose() {} }),
  },
  clock: { now: () => 0, after: () => ({ dispose() {} }) },
  env: {},
  folder: '/',
  agent,
  isAgentTyped: false,
  isUrlTyped: false,
  typed: { url: null, namespace: null },
  dist: 'dist',
  ask: null,
  fleet: () => assert.fail('not asked'),
});

const denied: Denied = {
  kind: 'denied',
  resource: 'src/a.ts',
  blocking: 'src/a.ts',
  holder: 'b',
  task: 'fix it',
  leftMs: 41_000,
  reason: 'lease',
  position: 0,
};

describe('Who acts', () => {
  it('is meant by the line, else by the environment, else by the session in whose shell it was typed', () => {
    const env = { SIGNALBOX_AGENT: 'named', CLAUDE_CODE_SESSION_ID: 'session' };
    assert.equal(agentMeant('typed', env), 'typed');
    assert.equal(agentMeant(null, env), 'named');
    assert.equal(agentMeant(null, { ...env, SIGNALBOX_AGENT: '' }), 'session');
    assert.equal(agentMeant(null, { CLAUDE_CODE_SESSION_ID: '' }), null);
    assert.equal(agentMeant(null, {}), null);
  });

  it('is the agent that is named; a person only where one may', () => {
    assert.equal(actingAgent(desk('a/b')), 'a/b');
    assert.equal(actingPerson(desk('a')), 'a');
    assert.throws(() => actingAgent(desk(null)), /--agent NAME.*SIGNALBOX_AGENT/);
    assert.match(actingPerson(desk(null)), /^[^/]+@[^/]+$/);
    for (const name of ['', 'a\nb', 'x'.repeat(129)]) assert.throws(() => agentName(name), UsageError);
  });

  it('has the parent that its name begins with', () => {
    assert.equal(parentOf('a'), '');
    assert.equal(parentOf('a/b'), 'a');
    assert.equal(parentOf('a/b/c'), 'a/b');
  });
});

describe('The one fleet in which a command acts', () => {
  const none = { url: null, namespace: null };
  const ns = (namespace: string | null, env: NodeJS.ProcessEnv, recorded: string | null = null): string =>
    resolveFleet({ url: null, namespace }, env, { namespace: () => recorded, connections: () => [] }).ns;

  it('is that of the flag, else of the environment, else of the repository, else the one without a name', () => {
    const env = { SIGNALBOX_NAMESPACE: 'env:', SIGNALBOX_REDIS_URL: 'redis://env:1' };
    assert.equal(ns('flag:', env, 'own:'), 'flag:');
    assert.equal(ns(null, env, 'own:'), 'env:');
    assert.equal(ns(null, {}, 'own:'), 'own:');
    assert.equal(ns(null, {}), '');
    assert.equal(ns('auto', env, 'own:'), 'own:');
    assert.equal(ns('', env, 'own:'), '');
    assert.equal(ns(null, { SIGNALBOX_NAMESPACE: '' }, 'own:'), '');
    assert.deepEqual(resolveFleet(none, env, { namespace: () => null, connections: () => [] }).settings, {
      url: 'redis://env:1',
      namespaces: ['env:'],
    });
  });

  it('is not several, and nothing that is none', () => {
    assert.throws(() => ns('a:,b:', {}), /several namespaces/);
    assert.throws(() => ns('a:,auto', {}), /several namespaces/);
    assert.throws(() => ns(null, { SIGNALBOX_NAMESPACE: 'a b:' }), /SIGNALBOX_NAMESPACE/);
    assert.throws(() => ns(null, {}, 'x'), /git config/);
  });
});

describe('The lease of an agent in a lock’s text', () => {
  const lease = (holder: string, token: string, back?: object): object => ({
    holder,
    token,
    ttl: 5_000,
    ...(back ? { back } : {}),
  });

  it('is its own, or the one that goes back to it', () => {
    const text = JSON.stringify(lease('a/b/c', '9', lease('a/b', '8', lease('a', '7'))));
    assert.deepEqual(leaseOf('a/b/c', text), { holder: 'a/b/c', token: 9, ttlMs: 5_000 });
    assert.equal(leaseOf('a/b', text)?.token, 8);
    assert.equal(leaseOf('a', text)?.token, 7);
    assert.equal(leaseOf('b', text), undefined);
  });

  it('is none in anything else', () => {
    for (const text of ['', 'a', '{', '[]', '{"holder":"a"}', '{"holder":"a","token":7}', '{"holder":1,"token":"7"}']) {
      assert.equal(leaseOf('a', text), undefined, text);
    }
    fc.assert(fc.property(fc.json(), (text) => void leaseOf('a', text)));
  });
});

describe('What a command says', () => {
  it('of a denial: resource, holder, task, time left and place in line', () => {
    assert.equal(deniedText(denied), 'src/a.ts is held by b (task "fix it"), 41s left.');
    assert.equal(
      deniedText({ ...denied, resource: 'src/', task: '', position: 2 }),
      'src/ covers src/a.ts, which is held by b, 41s left. Place in line: 2.',
    );
    assert.equal(
      deniedText({ ...denied, resource: './', task: '' }),
      './ covers src/a.ts, which is held by b, 41s left.',
    );
    assert.equal(
      deniedText({ ...denied, blocking: 'src/', reason: 'queue', task: '' }),
      'src/a.ts is in src/, which is free, but b waits for it and came first.',
    );
    assert.equal(
      deniedText({ ...denied, reason: 'raw', leftMs: null, task: '' }),
      'src/a.ts has a plain lock of b, without an expiry.',
    );
    assert.match(
      deniedText({ ...denied, reason: 'queue', position: 1 }),
      /is free, but b \(task "fix it"\) waits .* line: 1\.$/,
    );
    assert.match(circleText(['a', 'b']), /a → b → a/);
    for (const what of ['claims', 'waiters', 'folder', 'else']) assert.match(limitText(what), /\.$/);
  });

  it('as one JSON object, whatever came of a claim', () => {
    const tokens = new Map([['src/a.ts', 7]]);
    assert.deepEqual(JSON.parse(claimJson('a', { kind: 'granted', ttlMs: 1, seq: 3, tokens })), {
      v: 1,
      agent: 'a',
      result: 'granted',
      ttlMs: 1,
      seq: 3,
      claims: [{ resource: 'src/a.ts', token: 7 }],
    });
    const { kind, ...fields } = denied;
    assert.deepEqual(JSON.parse(claimJson('a', denied)), { v: 1, agent: 'a', result: kind, ...fields });
    const vain = { kind: 'waited-in-vain', denied } as const;
    assert.deepEqual(JSON.parse(claimJson('a', vain)), { v: 1, agent: 'a', ...fields, result: 'waited-in-vain' });
    assert.deepEqual(JSON.parse(claimJson('a', { kind: 'deadlock', circle: ['a', 'b'] })), {
      v: 1,
      agent: 'a',
      result: 'deadlock',
      circle: ['a', 'b'],
    });
  });

  it('cannot act on a terminal, whatever others call themselves', () => {
    const text = fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: 'binary', maxLength: 60 }));
    fc.assert(
      fc.property(text, text, text, (holder, task, blocking) => {
        for (const reason of ['lease', 'raw', 'queue'] as const) {
          assert.doesNotMatch(deniedText({ ...denied, holder, task, blocking, reason }), /[\p{C}\p{Zl}\p{Zp}]/u);
        }
        assert.doesNotMatch(circleText([holder, task]), /[\p{C}\p{Zl}\p{Zp}]/u);
        assert.doesNotMatch(limitText(task), /[\p{C}\p{Zl}\p{Zp}]/u);
        assert.equal(row(holder, task).split('\t').length, 2);
      }),
    );
  });

  it('by its exit code: what is the library’s, the server’s no, and the connection', () => {
    assert.equal(failureCode({ code: 'library-missing', detail: '' }), 6);
    assert.equal(failureCode({ code: 'library-other', version: '9' }), 6);
    assert.equal(failureCode({ code: 'not-allowed', detail: '' }), 1);
    assert.equal(failureCode({ code: 'call-refused', detail: '' }), 1);
    assert.equal(failureCode({ code: 'out-of-memory' }), 1);
    assert.equal(failureCode({ code: 'bad-settings', detail: '' }), 2);
    assert.equal(failureCode({ code: 'unreachable', where: '' }), 4);
    assert.equal(failureCode({ code: 'wrong-password' }), 4);
  });
});
