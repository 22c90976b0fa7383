import assert from 'node:assert/strict';
import Redis from 'ioredis';
import * as vscode from 'vscode';
import type { SignalboxApi, Status } from '../../../src/protocol/status.ts';
import { findRedisServer, startLocalServer, type LocalServer } from '../../../src/redis/localServer.ts';

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

const run = <T>(command: string, argument?: unknown): Thenable<T> =>
  vscode.commands.executeCommand<T>(`signalbox.${command}`, argument);

describe('the fleet in a real extension host', () => {
  let api: SignalboxApi;
  let server: LocalServer;
  let agent: Redis;

  before(async () => {
    const binary = findRedisServer(process.env);
    assert.ok(binary, 'a redis-server is on the PATH');
    server = await startLocalServer({ binary });
    agent = new Redis(server.url);
    const extension = vscode.extensions.getExtension<SignalboxApi>('signalbox.signalbox');
    assert.ok(extension);
    api = await extension.activate();
  });

  after(async () => {
    await run('disconnect');
    agent.disconnect();
    await server.stop();
    const configuration = vscode.workspace.getConfiguration('signalbox');
    for (const key of ['redis.url', 'redis.username', 'namespace']) {
      await configuration.update(key, undefined, vscode.ConfigurationTarget.Global);
    }
  });

  const publish = (id: string, state: object): Promise<number> =>
    agent.publish('agent:state:sync', JSON.stringify({ agent_id: id, state }));

  it('begins with nothing configured and nothing known', () => {
    assert.equal(api.version, 1);
    const status = api.status();
    assert.equal(status.connection.state, 'unconfigured');
    assert.equal(status.connection.url, null);
    assert.deepEqual(status.agents, []);
  });

  it('has every command that it contributes', async () => {
    const extension = vscode.extensions.getExtension('signalbox.signalbox');
    assert.ok(extension);
    const contributed = (extension.packageJSON as { contributes: { commands: { command: string }[] } }).contributes;
    const known = new Set(await vscode.commands.getCommands(true));
    for (const { command } of contributed.commands) assert.ok(known.has(command), command);
  });

  it('says why it cannot connect', async () => {
    const result = await run<{ state: string; reason?: string }>('connect', { url: 'redis://127.0.0.1:1' });
    assert.notEqual(result.state, 'live');
    assert.match(result.reason ?? '', /Nothing answers at/);
  });

  it('refuses an address that is none, and leaves the settings alone', async () => {
    const before = vscode.workspace.getConfiguration('signalbox').get('redis.url');
    await assert.rejects(async () => run('connect', { url: 'http://example.com' }), /not supported/);
    assert.equal(vscode.workspace.getConfiguration('signalbox').get('redis.url'), before);
  });

  it('connects by command and keeps the address, without its password, in the settings', async () => {
    const result = await run<{ state: string }>('connect', { url: server.url });
    assert.equal(result.state, 'live');
    assert.equal(vscode.workspace.getConfiguration('signalbox').get('redis.url'), server.url);
    const { connection } = api.status();
    assert.equal(connection.url, server.url);
    assert.match(connection.server ?? '', /^(redis|valkey) /);
  });

  it('shows what an agent publishes, and drops what is stale', async () => {
    await publish('agent-1', { task: 'fileA', status: 'working', ver: 2 });
    await publish('agent-1', { task: 'fileA', status: 'pending', ver: 1 });
    const status = await statusWhen(api, 'a stale update', ({ agents }) => agents[0]?.stale === 1);
    assert.equal(status.agents[0]?.status, 'working');
    assert.equal(status.agents[0]?.ver, 2);
    assert.equal(status.counts.stale, 1);
  });

  it('publishes a test payload and says how many received it', async () => {
    const payload = '{"agent_id":"agent-test","state":{"task":"fileX","status":"done","ver":1}}';
    const sent = await run<{ receivers: number }>('publishTestPayload', { channel: 'agent:state:sync', payload });
    assert.deepEqual(sent, { receivers: 1 });
    const status = await statusWhen(api, 'agent-test', ({ agents }) => agents.some(({ id }) => id === 'agent-test'));
    const known = status.agents.find(({ id }) => id === 'agent-test');
    assert.deepEqual(known?.state, { task: 'fileX', status: 'done', ver: 1 });
  });

  it('shows locks and lists while somebody looks', async () => {
    await vscode.commands.executeCommand('signalbox.agents.focus');
    await agent.set('lock:one.ts', 'agent-1', 'PX', 60_000);
    await agent.lpush('analysis:queue', 'a', 'b');
    const status = await statusWhen(
      api,
      'a claim and a queue',
      ({ claims, queues }) => claims.length === 1 && queues.length === 1,
    );
    assert.equal(status.claims[0]?.resource, 'one.ts');
    assert.equal(status.claims[0]?.holder, 'agent-1');
    assert.ok((status.claims[0]?.expiresInMs ?? 0) > 50_000);
    assert.equal(status.queues[0]?.waiting, 2);
    await agent.del('lock:one.ts');
    await statusWhen(api, 'the claim to go', ({ claims }) => claims.length === 0);
  });

  it('tells of changes at most four times a second', async () => {
    let told = 0;
    const listening = api.onDidChange(() => told++);
    const from = Date.now();
    let ver = 0;
    while (Date.now() - from < 700) await publish('agent-busy', { status: 'working', ver: ++ver });
    await statusWhen(api, 'the last state', ({ agents }) => agents.find(({ id }) => id === 'agent-busy')?.ver === ver);
    const most = Math.floor((Date.now() - from) / 250) + 2;
    listening.dispose();
    assert.ok(told >= 1 && told <= most, `${String(told)} of at most ${String(most)}`);
  });

  it('follows the namespaces in the settings', async () => {
    const configuration = vscode.workspace.getConfiguration('signalbox');
    await configuration.update('namespace', 'shop:', vscode.ConfigurationTarget.Global);
    await statusWhen(
      api,
      'the other namespace',
      ({ connection, agents }) =>
        connection.state === 'live' && connection.namespaces[0]?.ns === 'shop:' && agents.length === 0,
    );
    await agent.publish('shop:agent:state:sync', '{"agent_id":"s","state":{"status":"working"}}');
    const status = await statusWhen(api, 'its agent', ({ agents }) => agents.length === 1);
    assert.equal(status.agents[0]?.ns, 'shop:');
    await configuration.update('namespace', undefined, vscode.ConfigurationTarget.Global);
    await statusWhen(api, 'the plain agents', ({ connection }) => connection.namespaces.some(({ ns }) => ns === ''));
  });

  it('copies the prompt and the status', async () => {
    await statusWhen(api, 'the connection', ({ connection }) => connection.state === 'live');
    const prompt = await run<string>('copyAgentPrompt');
    assert.match(prompt, new RegExp(`redis-cli -u ${server.url}`));
    const status = await run<Status>('copyStatus');
    assert.equal(status.v, 1);
  });

  it('asks a server that wants a password for it, and keeps it out of the settings', async () => {
    const binary = findRedisServer(process.env);
    assert.ok(binary);
    const guarded = await startLocalServer({ binary, args: ['--user', 'ann', 'on', '>secret', '~*', '&*', '+@all'] });
    try {
      const admin = new Redis(guarded.url);
      await admin.call('ACL', 'SETUSER', 'default', 'off');
      admin.disconnect();
      const refused = await run<{ state: string; reason?: string }>('connect', { url: guarded.url });
      assert.equal(refused.state, 'refused');
      assert.match(refused.reason ?? '', /password/);
      const address = guarded.url.replace('redis://', 'redis://ann:secret@');
      const connected = await run<{ state: string }>('connect', { url: address });
      assert.equal(connected.state, 'live');
      const written = JSON.stringify(vscode.workspace.getConfiguration('signalbox'));
      assert.ok(!written.includes('secret'));
      assert.ok(!JSON.stringify(api.status()).includes('secret'));
    } finally {
      await guarded.stop();
    }
  });

  it('runs a local server of its own, and returns to what is configured', async () => {
    await run('connect', { url: server.url });
    const local = await run<{ url: string }>('startLocalRedis');
    await statusWhen(api, 'the local server', ({ connection: c }) => c.state === 'live' && c.url === local.url);
    assert.deepEqual(await run('startLocalRedis'), local);
    await run('stopLocalRedis');
    await statusWhen(api, 'the configured server', ({ connection: c }) => c.state === 'live' && c.url === server.url);
    assert.equal(vscode.workspace.getConfiguration('signalbox').get('redis.url'), server.url);
  });

  it('disconnects, and stays so', async () => {
    await run('disconnect');
    assert.equal(api.status().connection.state, 'unconfigured');
    assert.deepEqual(api.status().agents, []);
    await assert.rejects(async () => run('publishTestPayload', { channel: 'x', payload: 'y' }));
  });
});
