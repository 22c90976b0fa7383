import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { findRedisServer, startLocalServer } from '../../src/redis/localServer.ts';

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('a local server', () => {
  it('listens on a free port of its own folder, and leaves nothing behind', async () => {
    const binary = findRedisServer(process.env)!;
    const [one, two] = await Promise.all([startLocalServer({ binary }), startLocalServer({ binary })]);
    assert.notEqual(one.port, two.port);
    assert.ok(alive(one.pid) && existsSync(one.folder));
    await Promise.all([one.stop(), two.stop()]);
    assert.ok(!alive(one.pid) && !existsSync(one.folder));
  });

  it('tells when it ended by itself', async () => {
    const server = await startLocalServer({ binary: findRedisServer(process.env)! });
    const exited = new Promise<void>((resolve) => server.onExit(resolve));
    process.kill(server.pid, 'SIGKILL');
    await exited;
    await server.stop();
    assert.ok(!existsSync(server.folder));
  });

  it('says why it did not start', async () => {
    const bad = startLocalServer({ binary: findRedisServer(process.env)!, args: ['--no-such-option', '1'] });
    await assert.rejects(bad, /did not start/);
  });

  it('is found on the PATH', () => {
    const found = findRedisServer(process.env)!;
    assert.equal(findRedisServer({ PATH: path.dirname(found) }), found);
  });

  it('ends when its parent is killed', async () => {
    const starter = path.join(process.cwd(), 'dist-test/redis/localServerHolder.cjs');
    const parent = spawn(process.execPath, [starter], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const { pid, folder } = JSON.parse(line.toString()) as { pid: number; folder: string };
    assert.ok(alive(pid));
    parent.kill('SIGKILL');
    // The pipe's end takes the server and its folder along; the limit of the test is the limit of the wait.
    while (alive(pid) || existsSync(folder)) await new Promise((resolve) => setImmediate(resolve));
  });
});
