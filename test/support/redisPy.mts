import { spawnSync } from 'node:child_process';
import { onPath } from './onPath.mts';
import { during, say } from './progress.mts';
import { run } from './redisBinary.mts';

const importsRedis = (python: string): boolean =>
  spawnSync(python, ['-c', 'import redis'], { stdio: 'ignore' }).status === 0;

/**
 * Fetches Debian's redis-py for the test that runs plain Python agents, where that needs no question: as root, with
 * apt-get. Elsewhere, and when it fails, the test itself says that it did not run.
 */
export async function fetchRedisPy(): Promise<void> {
  if (['python3', '/usr/bin/python3'].some(importsRedis)) return;
  if (process.getuid?.() !== 0 || onPath('apt-get', true) === undefined) return;
  const install = ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'python3-redis'];
  await during('No redis-py found; installing it for the Python agents of the tests', async () => {
    let code = await run(install);
    if (code !== 0 && (await run(['apt-get', 'update', '-qq'])) === 0) code = await run(install);
    if (code !== 0) say('redis-py could not be installed; the test with Python agents will not run.');
  });
}
