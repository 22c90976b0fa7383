import { execFileSync } from 'node:child_process';
import { connect } from 'node:net';
import { findRedisServer, startLocalServer, type LocalServer } from '../../src/redis/localServer.ts';

/** Three primaries that have found each other. */
export async function startCluster(): Promise<LocalServer[]> {
  const binary = findRedisServer(process.env)!;
  const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000', '--cluster-config-file', 'nodes.conf'];
  const servers: LocalServer[] = [];
  for (let i = 0; i < 3; i++) {
    // The bus is on the port 10,000 higher, which has to be one.
    const server = await startLocalServer({ binary, args, port: await portBelow(55_000) });
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

async function portBelow(most: number): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * (most - 20_000));
    const isFree = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(false);
      });
      socket.on('error', () => resolve(true));
    });
    if (isFree) return port;
  }
}
