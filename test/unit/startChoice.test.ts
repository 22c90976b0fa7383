import assert from 'node:assert/strict';
import { chooseVscode, type StartFacts } from '../support/startChoice.mts';
import { readStartOptions } from '../support/startOptions.mts';

const facts = (more: Partial<StartFacts> = {}): StartFacts => ({
  platform: 'linux',
  env: { DISPLAY: ':0' },
  hasCode: true,
  root: false,
  asked: undefined,
  ...more,
});

describe('which VS Code npm start opens', () => {
  const chosen = (more: Partial<StartFacts>): string => chooseVscode(facts(more)).vscode;

  it('is the installed one where it can be shown', () => {
    assert.equal(chosen({}), 'desktop');
    assert.equal(chosen({ env: { WAYLAND_DISPLAY: 'wayland-0' } }), 'desktop');
    assert.equal(chosen({ platform: 'darwin', env: {} }), 'desktop');
    assert.equal(chosen({ platform: 'win32', env: {} }), 'desktop');
  });

  it('is the served one where there is no `code` or no display', () => {
    assert.equal(chosen({ hasCode: false }), 'web');
    assert.equal(chosen({ env: {} }), 'web');
  });

  it('is the served one where `code` would open another window, or none', () => {
    assert.equal(chosen({ env: { DISPLAY: ':0', VSCODE_IPC_HOOK_CLI: '/run/vscode.sock' } }), 'web');
    assert.equal(chosen({ env: { DISPLAY: ':0', WSL_DISTRO_NAME: 'Debian' } }), 'web');
    assert.equal(chosen({ root: true }), 'web');
  });

  it('is the one that was asked for, or an error that says why not', () => {
    assert.equal(chosen({ asked: 'web' }), 'web');
    assert.equal(chosen({ asked: 'desktop' }), 'desktop');
    assert.throws(() => chosen({ asked: 'desktop', env: {} }), /there is no display.*--web/);
  });
});

describe('the flags of npm start', () => {
  it('have defaults', () => {
    const { asked, port, agents, redisUrl } = readStartOptions([]);
    assert.deepEqual({ asked, port, agents, redisUrl }, { asked: undefined, port: 0, agents: 9, redisUrl: undefined });
  });

  it('are read', () => {
    const options = readStartOptions(['--web', '--port', '8080', '--redis-url', 'rediss://host:6380', '--agents', '3']);
    assert.deepEqual(
      [options.asked, options.port, options.redisUrl, options.agents],
      ['web', 8080, 'rediss://host:6380', 3],
    );
    assert.equal(readStartOptions(['--no-demo', '--agents', '5']).agents, 0);
  });

  it('are refused with what they take', () => {
    assert.throws(() => readStartOptions(['--port', 'x']), /--port takes a whole number up to 65535/);
    assert.throws(() => readStartOptions(['--redis-url', 'localhost:6379']), /redis:\/\/127\.0\.0\.1:6379/);
    assert.throws(() => readStartOptions(['--web', '--desktop']), /exclude each other/);
    assert.throws(() => readStartOptions(['--frobnicate']), /--frobnicate/);
  });
});
