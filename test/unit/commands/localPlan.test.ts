import assert from 'node:assert/strict';
import { planLocalRedis, type Machine } from '../../../src/commands/localPlan.ts';
import { dockerCommand } from '../../../src/redis/dockerServer.ts';

const bare: Machine = { binary: null, docker: null, platform: 'linux', manager: null };

describe('how a local Redis is had', () => {
  it('is the installed server first, then a container, then a command to install one', () => {
    const all: Machine = { binary: '/b/redis-server', docker: '/b/docker', platform: 'linux', manager: 'apt-get' };
    assert.deepEqual(planLocalRedis(all), { kind: 'server', binary: '/b/redis-server' });
    assert.deepEqual(planLocalRedis({ ...all, binary: null }), { kind: 'docker', docker: '/b/docker' });
    assert.deepEqual(planLocalRedis({ ...all, binary: null, docker: null }), {
      kind: 'install',
      command: 'sudo apt-get install --yes redis-server',
    });
  });

  it('is the system’s own way to install, or none', () => {
    assert.match(JSON.stringify(planLocalRedis({ ...bare, manager: 'dnf' })), /dnf install/);
    assert.match(JSON.stringify(planLocalRedis({ ...bare, platform: 'darwin' })), /brew install redis/);
    assert.deepEqual(planLocalRedis(bare), { kind: 'none' });
    assert.deepEqual(planLocalRedis({ ...bare, platform: 'win32', docker: 'docker.exe' }), { kind: 'none' });
  });

  it('reaches a container from this machine only, and keeps nothing of it', () => {
    assert.equal(
      dockerCommand('/b/docker', 7001, 'signalbox-x').join(' '),
      '/b/docker run --rm --name signalbox-x -p 127.0.0.1:7001:6379 redis:7 redis-server --save  --appendonly no',
    );
  });
});
