// A process that holds a local server until it is killed.
import { findRedisServer, startLocalServer } from '../../src/redis/localServer.ts';

void startLocalServer({ binary: findRedisServer(process.env)! }).then(({ pid, folder }) => {
  process.stdout.write(`${JSON.stringify({ pid, folder })}\n`);
});
