import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import type { Redis } from '../../../src/redis/client.ts';
import type { LocalServer } from '../../../src/redis/localServer.ts';
import { repositoryAround, worktreesOf } from '../../../src/setup/repository.ts';
import { guardedSessions } from '../../../src/setup/sessions/guarded.ts';
import { agentsHeard } from '../../../src/setup/sessions/heard.ts';
import { claudeStandIn } from '../../support/claudeStandIn.ts';
import { openAt, startServer } from '../agent/server.ts';

describe('The sessions that run in a repository', () => {
  let server: LocalServer;
  let redis: Redis;
  let folder: string;
  let main: string;
  let linked: string;
  const running: { end(): Promise<void> }[] = [];

  const git = (cwd: string, ...args: string[]): void => {
    const as = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'protocol.file.allow=always'];
    execFileSync('git', [...as, ...args], { cwd, stdio: 'ignore' });
  };
  const start = async (where: string, ...args: string[]): Promise<number> => {
    const process = await claudeStandIn(where, ...args);
    running.push(process);
    return process.pid;
  };

  before(async () => {
    server = await startServer();
    redis = await openAt(server);
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'signalbox-sessions-')));
    main = path.join(folder, 'shop');
    linked = path.join(folder, 'shop-feature');
    const other = path.join(folder, 'other');
    for (const each of [main, other]) {
      mkdirSync(each);
      git(each, 'init');
      writeFileSync(path.join(each, 'a.txt'), '');
      git(each, 'add', '.');
      git(each, 'commit', '-m', 'first');
    }
    mkdirSync(path.join(main, 'src'));
    git(main, 'worktree', 'add', linked);
    git(main, 'submodule', 'add', other, 'part');
  });
  afterEach(async () => {
    for (const process of running.splice(0)) await process.end();
    await redis.flushall();
  });
  after(async () => {
    redis.disconnect();
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  it('has working trees with one shared folder, and submodules that belong to it', () => {
    const repository = repositoryAround(path.join(main, 'src'));
    assert.ok(repository);
    assert.deepEqual(repository, { root: main, gitFolder: path.join(main, '.git') });
    assert.equal(repositoryAround(linked)?.root, linked);
    assert.equal(repositoryAround(linked)?.gitFolder, repository.gitFolder);
    assert.equal(repositoryAround(path.join(main, 'part'))?.root, main);
    assert.notEqual(repositoryAround(path.join(folder, 'other'))?.gitFolder, repository.gitFolder);
    assert.equal(repositoryAround(folder), null);
    assert.equal(repositoryAround(path.join(folder, 'nowhere')), null);
    assert.deepEqual(worktreesOf(repository), [main, linked]);
    assert.deepEqual(worktreesOf(repositoryAround(linked)!), [main, linked]);
  });

  it('are found in all its working trees, and are guarded once their process has called', async function () {
    if (process.platform !== 'linux' && process.platform !== 'darwin') this.skip();
    const called = await start(path.join(main, 'src'));
    const silent = await start(linked);
    const inPart = await start(path.join(main, 'part'));
    await start(path.join(folder, 'other'));
    await start(folder);
    const hello = (host: string, pid: number): string => JSON.stringify({ host, pid: String(pid), parent: '' });
    await redis.hset('shop:signalbox:agents', { a: hello(hostname(), called), b: hello('elsewhere', silent) });
    await redis.hset('signalbox:agents', { c: hello(hostname(), inPart) });
    const repository = repositoryAround(main)!;
    const found = await guardedSessions(repository, (await agentsHeard(redis, 'shop:')).values());
    assert.deepEqual(found?.guarded, [{ pid: called, folder: path.join(main, 'src') }]);
    assert.deepEqual(
      found?.silent.map(({ pid }) => pid),
      [silent, inPart].toSorted((a, b) => a - b),
    );
  });
});
