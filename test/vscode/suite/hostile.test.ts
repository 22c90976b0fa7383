import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import Redis from 'ioredis';
import * as vscode from 'vscode';
import type { SignalboxApi, Status } from '../../../src/protocol/status.ts';
import { findRedisServer, startLocalServer, type LocalServer } from '../../../src/redis/localServer.ts';
import { flood, good, withSeed } from '../../support/flood.ts';
import { heapInUse } from '../../support/heap.ts';
import { huge } from '../../support/hostile.ts';

const long = process.env['TEST_LONG'] !== undefined;
const payloads = long ? 100_000 : 1_000;
const hugeOnes = long ? 20 : 2;
/** More than for the picture alone, since VS Code keeps every row that was ever in sight. */
const heapBound = 64 * 2 ** 20;

describe('hostile traffic in a real extension host', () => {
  let api: SignalboxApi;
  let server: LocalServer;
  let client: Redis;

  before(async () => {
    const binary = findRedisServer(process.env);
    assert.ok(binary, 'a redis-server is on the PATH');
    server = await startLocalServer({ binary });
    client = new Redis(server.url);
    const extension = vscode.extensions.getExtension<SignalboxApi>('signalbox.signalbox');
    assert.ok(extension);
    api = await extension.activate();
    await vscode.commands.executeCommand('signalbox.connect', { url: server.url });
    await vscode.commands.executeCommand('signalbox.agents.focus');
  });

  after(async () => {
    await vscode.commands.executeCommand('signalbox.disconnect');
    client.disconnect();
    await server.stop();
    const configuration = vscode.workspace.getConfiguration('signalbox');
    await configuration.update('redis.url', undefined, vscode.ConfigurationTarget.Global);
  });

  /** Resolves once the status is as wanted, looking at each change; rejects with what was waited for after 20 s. */
  const when = (what: string, wanted: (status: Status) => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!wanted(api.status())) return;
        listening.dispose();
        clearTimeout(timer);
        resolve();
      };
      const listening = api.onDidChange(look);
      const timer = setTimeout(() => {
        listening.dispose();
        reject(new Error(`Waited in vain until ${what}.`));
      }, 20_000);
      look();
    });
  const shows =
    (id: string, ver: number) =>
    ({ agents }: Status): boolean =>
      agents.some((agent) => agent.id === id && agent.ver === ver);

  it(`of ${String(payloads)} payloads leaves it alive, with the right counts`, async function () {
    this.timeout(long ? 280_000 : 60_000);
    await withSeed(async (seed) => {
      const before = heapInUse();
      const malformed = await flood(client, {
        ...{ seed, count: payloads, huge: hugeOnes, batch: 1_000 },
        shown: (ver) => when('the good one among them is shown', shows('marker', ver)),
      });
      const status = api.status();
      assert.equal(status.counts.malformed, malformed);
      assert.equal(status.connection.state, 'live');
      assert.ok(status.agents.length <= 1_000);
      assert.ok(!status.attention.some((item) => item.kind === 'health'));

      cutByBurst();
      await when('the cut is told', ({ attention }) => attention.some((item) => item.kind === 'health'));
      await when('it is live', ({ connection }) => connection.state === 'live');
      const said = api.status().attention.find((item) => item.kind === 'health');
      assert.match(said?.text ?? '', /client-output-buffer-limit pubsub 32mb/);
      await client.publish('agent:state:sync', good('good', 1));
      await when('the next good message is shown', shows('good', 1));

      const grown = heapInUse() - before;
      assert.ok(grown < heapBound, `${String(Math.round(grown / 2 ** 20))} MB more than at the start`);
    });
  });

  /** Sends while the extension host waits for redis-cli and reads nothing, until the server has cut the subscriber. */
  function cutByBurst(): void {
    const program = process.env['REDIS_CLI_BIN'] ?? 'redis-cli';
    const cli = (args: string[], input?: Buffer): string =>
      execFileSync(program, ['-p', String(server.port), ...args], { encoding: 'utf8', ...(input ? { input } : {}) });
    const isSubscribed = (): boolean => cli(['CLIENT', 'LIST', 'TYPE', 'pubsub']).trim() !== '';
    const { payload } = huge(0);
    for (let i = 0; i < 100 && isSubscribed(); i++) cli(['-x', 'PUBLISH', 'agent:state:sync'], payload);
    assert.ok(!isSubscribed(), 'the server has cut the subscriber');
  }
});
