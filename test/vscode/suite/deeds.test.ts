import assert from 'node:assert/strict';
import { hostname, userInfo } from 'node:os';
import Redis from 'ioredis';
import * as vscode from 'vscode';
import { personName } from '../../../src/protocol/person.ts';
import type { SignalboxApi, Status } from '../../../src/protocol/status.ts';
import { findRedisServer, startLocalServer, type LocalServer } from '../../../src/redis/localServer.ts';

const me = personName(userInfo().username, hostname());

const run = async <T>(command: string, argument?: unknown): Promise<T> =>
  vscode.commands.executeCommand<T>(`signalbox.${command}`, argument);

/** Resolves with the status once it is as wanted, looking at each change; rejects with what it was after 10 s. */
function statusWhen(api: SignalboxApi, what: string, wanted: (status: Status) => boolean): Promise<Status> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const status = api.status();
      if (!wanted(status)) return;
      listening.dispose();
      clearTimeout(timer);
      resolve(status);
    };
    const listening = api.onDidChange(look);
    const timer = setTimeout(() => {
      listening.dispose();
      reject(new Error(`Waited in vain for ${what}. The status is ${JSON.stringify(api.status())}`));
    }, 10_000);
    look();
  });
}

describe('what a person does to the fleet, by commands with an argument', () => {
  let api: SignalboxApi;
  let server: LocalServer;
  let redis: Redis;

  /** Calls the function library as an agent does. */
  const fcall = async (name: string, resources: string[], ...args: (string | number)[]): Promise<string[]> => {
    const keys = ['agent:seq', ...resources.map((resource) => `lock:${resource}`)];
    return (await redis.call('FCALL', `signalbox_${name}`, keys.length, ...keys, ...args)) as string[];
  };
  const hello = (agent: string): Promise<string[]> => fcall('hello', [], agent, '', hostname(), '');
  const inbox = (agent: string): Promise<string[]> => fcall('inbox', [], agent, '', 10);

  before(async () => {
    const binary = findRedisServer(process.env);
    assert.ok(binary, 'a redis-server is on the PATH');
    server = await startLocalServer({ binary });
    redis = new Redis(server.url);
    const extension = vscode.extensions.getExtension<SignalboxApi>('signalbox.signalbox');
    assert.ok(extension);
    api = await extension.activate();
    await run('connect', { url: server.url });
    await statusWhen(api, 'the library', ({ connection }) => connection.library !== null);
  });

  after(async () => {
    await run('disconnect');
    redis.disconnect();
    await server.stop();
    const configuration = vscode.workspace.getConfiguration('signalbox');
    await configuration.update('redis.url', undefined, vscode.ConfigurationTarget.Global);
  });

  describe('messages', () => {
    it('reach the inbox of one agent, once, from the person at this machine', async () => {
      await hello('agent-1');
      const sent = await run<{ id: string; receivers: number }>('messageAgent', { agent: 'agent-1', text: 'Wait.' });
      assert.equal(sent.receivers, 1);
      const [, , from, text, ...more] = await inbox('agent-1');
      assert.deepEqual([from, text, more], [me, 'Wait.', []]);
      assert.deepEqual(await fcall('send', [], me, 'agent-1', sent.id, 'Wait.'), ['SAME', '0']);
    });

    it('reach everybody', async () => {
      await hello('agent-2');
      const sent = await run<{ receivers: number }>('messageFleet', { ns: '', text: 'Lunch.' });
      assert.equal(sent.receivers, 2);
      assert.deepEqual((await inbox('agent-2')).slice(2), [me, 'Lunch.']);
    });

    it('are refused where nobody could read them', async () => {
      const send = (argument: object): Promise<unknown> => run('messageAgent', argument);
      await assert.rejects(send({ agent: 'agent-1', text: ' ' }), /empty message/);
      await assert.rejects(send({ agent: 'agent-1', text: 'ä'.repeat(2049) }), /at most 4 KiB/);
      await assert.rejects(send({ agent: '', text: 'x' }), /cannot be the name of an agent/);
      await assert.rejects(send({ agent: 'a\nb', text: 'x' }), /cannot be the name of an agent/);
      await assert.rejects(send({ ns: 'other:', agent: 'agent-1', text: 'x' }), /does not show the fleet other:/);
    });
  });

  describe('without a connection', () => {
    before(() => run('disconnect'));

    it('is refused in words, at once', async () => {
      await assert.rejects(run('messageAgent', { agent: 'agent-1', text: 'x' }), /Not connected to Redis\. Run/);
      await assert.rejects(run('messageFleet', { text: 'x' }), /Not connected to Redis\. Run/);
    });
  });
});
