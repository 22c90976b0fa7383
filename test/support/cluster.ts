import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { findRedisServer, startLocalServer, type LocalServer } from '../../src/redis/localServer.ts';

/** Three primaries that have found each other. */
export async function startCluster(): Promise<LocalServer[]> {
  const binary = findRedisServer(process.env)!;
  const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000', '--cluster-config-file', 'nodes.conf'];
  const servers: LocalServer[] = [];
  for (let i = 0; i < 3; i++) {
    const server = await startLocalServer({ binary, args, port: await freePort() });
    servers.push(server);
  }
  const nodes = servers.map((server) => `127.0.0.1:${server.port}`);
  execFileSync('redis-cli', ['--cluster', 'create', ...nodes, '--cluster-yes'], { stdio: 'ignore' });
  for (const { port } of servers) untilUp(port);
  return servers;
}

/** The nodes agree a moment after they have been introduced. */
function untilUp(port: number): void {
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    const info = execFileSync('redis-cli', ['-p', String(port), 'CLUSTER', 'INFO'], { encoding: 'utf8' });
    if (info.includes('cluster_state:ok')) return;
  }
  throw new Error('the cluster did not come up');
}

/**
 * A free port whose bus port, 10,000 higher, is free as well. Both are below those that systems give to outgoing
 * connections, one of which may otherwise come in between.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 2_700);
    if ((await isFree(port)) && (await isFree(port + 10_000))) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
