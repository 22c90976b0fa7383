import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { barePing } from '../../src/redis/barePing.ts';
import { findDocker, startDockerServer } from '../../src/redis/dockerServer.ts';
import { findRedisServer } from '../../src/redis/localServer.ts';

/**
 * There is no engine on the machines this was written on. A script takes docker's place: it runs the server itself on
 * the port that was published, and passes SIGTERM on, as `docker run` does.
 */
const pretended = (server: string, folder: string, engine: string): string => `#!/bin/sh
if [ "$1" = version ]; then ${engine}; fi
echo "$@" > "${folder}/asked"
port=$(echo "$@" | sed 's/.*-p 127.0.0.1:\\([0-9]*\\):6379.*/\\1/')
"${server}" --port "$port" --bind 127.0.0.1 --save '' >/dev/null & child=$!
trap 'kill $child; wait $child; echo ended > "${folder}/ended"; exit 0' TERM
wait $child
`;

describe('a Redis in a container', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'signalbox-docker-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const put = (engine: string): NodeJS.ProcessEnv => {
    const file = path.join(folder, 'docker');
    writeFileSync(file, pretended(findRedisServer(process.env)!, folder, engine));
    chmodSync(file, 0o755);
    return { PATH: `${folder}:${process.env['PATH'] ?? ''}` };
  };

  it('is not had without an engine that answers', async () => {
    assert.equal(await findDocker(put('echo "Cannot connect to the Docker daemon" >&2; exit 1')), null);
    assert.equal(await findDocker(put('echo; exit 0')), null);
  });

  it('answers on loopback, and ends when it is stopped', async () => {
    const docker = await findDocker(put('echo 27.3.1; exit 0'));
    assert.ok(docker);
    const server = await startDockerServer(docker);
    assert.equal(await barePing('127.0.0.1', server.port, 1000), 'pong');
    assert.match(readFileSync(path.join(folder, 'asked'), 'utf8'), /^run --rm --name signalbox-\w+ -p 127\.0\.0\.1:/);
    await server.stop();
    assert.equal(await barePing('127.0.0.1', server.port, 1000), null);
    assert.ok(existsSync(path.join(folder, 'ended')));
  });
});
