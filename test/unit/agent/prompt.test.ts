import assert from 'node:assert/strict';
import { agentPrompt } from '../../../src/protocol/agentPrompt.ts';

const commands = (url: string): string[] =>
  agentPrompt({ url, namespace: '', library: false })
    .split('\n')
    .filter((line) => line.startsWith('   redis-cli'));

describe('The prompt for agents', () => {
  it('fills in server and namespace', () => {
    const text = agentPrompt({ url: 'redis://host:7000/2', namespace: 'shop-3f2a:', library: false });
    assert.match(text, /^ {3}redis-cli -u redis:\/\/host:7000\/2 RPOP shop-3f2a:agent:tasks$/m);
    assert.match(text, /SET "shop-3f2a:lock:FILE" AGENT NX EX 120/);
    assert.match(text, /PUBLISH shop-3f2a:agent:state:sync '\{"agent_id":"AGENT","state":/);
    assert.match(text, /PUBLISH shop-3f2a:agent:events "task_completed:TASK"/);
    assert.match(text, /LPUSH shop-3f2a:errors:list/);
    assert.match(text, /REDISCLI_AUTH/);
  });

  it('uses the function library where there is one, and no command that would go around it', () => {
    const text = agentPrompt({ url: 'redis://host:7000/2', namespace: 'shop-3f2a:', library: true });
    const call = 'redis-cli -u redis://host:7000/2 FCALL signalbox_';
    const seq = '"shop-3f2a:agent:seq"';
    for (const line of [
      `${call}publish 1 ${seq} AGENT "" "" '{"task":"TASK","status":"working","ver":VER,"note":"NOTE"}'`,
      `${call}claim 2 ${seq} "shop-3f2a:lock:FILE" AGENT 120000 "TASK" ""`,
      `${call}release 2 ${seq} "shop-3f2a:lock:FILE" AGENT TOKEN`,
      `${call}release_all 1 ${seq} AGENT`,
      `${call}inbox 1 ${seq} AGENT "ID" 10`,
      `${call}event 1 ${seq} AGENT error "FILE" "NOTE"`,
    ]) {
      assert.ok(text.includes(`   ${line}\n`), line);
    }
    assert.match(text, /BLPOP "shop-3f2a:signalbox:wake:WAIT"/);
    assert.doesNotMatch(text, /PUBLISH|HSET shop-3f2a:agent:state|SET "|EVAL/);
  });

  it('refers to its steps by the numbers they have, and is short enough to be read', () => {
    for (const library of [false, true]) {
      const text = agentPrompt({ url: 'redis://host', namespace: '', library });
      const steps = text.split(/\n\n(?=\d+\. )/).slice(1);
      steps.forEach((step, index) => assert.ok(step.startsWith(`${index + 1}. `), step));
      const stepWith = (words: string): number => steps.findIndex((step) => step.includes(words)) + 1;
      assert.match(text, new RegExp(`go on with ${stepWith(library ? 'read your messages' : 'Get your task')}\\.`));
      if (library) {
        assert.match(text, new RegExp(`wait in line \\(${stepWith('BLPOP')}\\)`));
        assert.match(text, new RegExp(`answers as in ${stepWith('claim it')}\\.`));
        assert.match(text, new RegExp(`release all \\(${stepWith('release_all')}\\)`));
      }
      assert.ok(text.length < 5_000, String(text.length));
    }
  });

  it('never holds a password, and gives the name of a user as redis-cli wants it', () => {
    for (const url of [
      'redis://:hush@host',
      'redis://me:hush@host',
      'rediss://host?password=hush',
      'unix:///run/r.sock?password=hush',
    ]) {
      for (const library of [false, true]) {
        assert.doesNotMatch(agentPrompt({ url, namespace: '', library }), /hush/);
      }
    }
    assert.match(commands('redis://me:hush@host')[0] ?? '', /redis-cli -u redis:\/\/host --user me HGET/);
    const named = agentPrompt({ url: 'redis://host', namespace: '', username: 'o neil', library: false });
    assert.match(named, /redis-cli -u redis:\/\/host --user 'o neil' HGET/);
    assert.match(commands('rediss://host:1')[0] ?? '', /redis-cli -u rediss:\/\/host:1 HGET/);
  });

  it('reaches sockets too', () => {
    assert.match(commands('/run/redis.sock')[0] ?? '', /redis-cli -s \/run\/redis\.sock HGET/);
    assert.match(
      commands('unix:///run/my%20redis.sock?db=3')[0] ?? '',
      /redis-cli -s '\/run\/my redis\.sock' -n 3 HGET/,
    );
  });
});
