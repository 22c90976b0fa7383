import assert from 'node:assert/strict';
import { type Facts, type Plan, planRedis } from '../support/packageManager.mts';

const facts = (programs: string, more: Partial<Facts> = {}): Facts => ({
  platform: 'linux',
  root: false,
  ci: false,
  sudo: false,
  has: (program) => programs.split(' ').includes(program),
  ...more,
});

function installs(plan: Plan): string {
  assert.equal(plan.kind, 'install');
  return plan.install.join(' ');
}

function asks(plan: Plan): string {
  assert.equal(plan.kind, 'ask');
  return plan.message;
}

describe('how a Redis server is had', () => {
  it('installs on Debian as root, without the package that starts a service', () => {
    const plan = planRedis(facts('apt-get', { root: true }));
    assert.match(installs(plan), /^apt-get install .*\bredis-tools$/);
    assert.equal(plan.kind === 'install' && plan.refresh?.join(' '), 'apt-get update -qq');
  });

  it('tells a user of Ubuntu what to type, even where sudo would not ask', () => {
    assert.match(asks(planRedis(facts('apt-get sudo', { sudo: true }))), /^ {2}sudo apt-get install -y redis-tools$/m);
  });

  it('uses sudo in CI, and only one that asks nothing', () => {
    assert.match(installs(planRedis(facts('apt-get', { ci: true, sudo: true }))), /^sudo -n apt-get install /);
    assert.match(asks(planRedis(facts('apt-get', { ci: true }))), /sudo apt-get install/);
  });

  it('knows Fedora, older Red Hat, Alpine, Arch and openSUSE', () => {
    for (const [programs, command] of [
      ['dnf yum', 'dnf install -y -q redis'],
      ['yum', 'yum install -y -q redis'],
      ['apk', 'apk add --no-progress redis'],
      ['pacman', 'pacman -S --noconfirm --needed valkey'],
      ['zypper', 'zypper --non-interactive install redis'],
    ] as const) {
      assert.equal(installs(planRedis(facts(programs, { root: true }))), command);
      assert.ok(asks(planRedis(facts(programs))).includes(`\n  sudo ${command}\n`));
    }
  });

  it('uses Homebrew on macOS without being root, and names it where it is missing', () => {
    assert.equal(installs(planRedis(facts('brew', { platform: 'darwin' }))), 'brew install redis');
    assert.match(asks(planRedis(facts('', { platform: 'darwin' }))), /brew install redis/);
  });

  it('names the ways out on Windows', () => {
    const message = asks(planRedis(facts('choco', { platform: 'win32', root: true })));
    assert.match(message, /WSL/);
    assert.match(message, /docker run .*redis/);
  });

  it('says what is missing where no package manager is known', () => {
    assert.match(asks(planRedis(facts('', { root: true }))), /redis-server.*--redis-url/);
  });
});
