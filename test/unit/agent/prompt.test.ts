import assert from 'node:assert/strict';
import { agentPrompt } from '../../../src/protocol/agentPrompt.ts';

const commands = (url: string, namespace = ''): string[] =>
  agentPrompt({ url, namespace })
    .split('\n')
    .filter((line) => line.startsWith('   redis-cli'));

describe('The prompt for agents', () => {
  it('fills in server and namespace', () => {
    const text = agentPrompt({ url: 'redis://host:7000/2', namespace: 'shop-3f2a:' });
    assert.match(text, /^ {3}redis-cli -u redis:\/\/host:7000\/2 RPOP shop-3f2a:agent:tasks$/m);
    assert.match(text, /SET "shop-3f2a:lock:FILE" AGENT NX EX 120/);
    assert.match(text, /PUBLISH shop-3f2a:agent:state:sync '\{"agent_id":"AGENT","state":/);
    assert.match(text, /PUBLISH shop-3f2a:agent:events "task_completed:TASK"/);
    assert.match(text, /LPUSH shop-3f2a:errors:list/);
    assert.match(text, /REDISCLI_AUTH/);
  });

  it('never holds a password, and gives the name of a user as redis-cli wants it', () => {
    for (const url of [
      'redis://:hush@host',
      'redis://me:hush@host',
      'rediss://host?password=hush',
      'unix:///run/r.sock?password=hush',
    ]) {
      assert.doesNotMatch(agentPrompt({ url, namespace: '' }), /hush/);
    }
    assert.match(commands('redis://me:hush@host')[0] ?? '', /redis-cli -u redis:\/\/host --user me HGET/);
    const named = agentPrompt({ url: 'redis://host', namespace: '', username: 'o neil' });
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
