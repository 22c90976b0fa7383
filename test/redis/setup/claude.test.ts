import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import type { Redis } from '../../../src/redis/client.ts';
import type { LocalServer } from '../../../src/redis/localServer.ts';
import { claudeStandIn } from '../../support/claudeStandIn.ts';
import { runCli, type Ended } from '../agent/cliProcess.ts';
import { openAt, startServer } from '../agent/server.ts';

/** What set-up writes into a settings file. */
interface Settings {
  hooks?: Record<string, { hooks: { command: string; timeout: number }[] }[]>;
  permissions?: { allow: string[] };
}

describe('signalbox setup claude', () => {
  let server: LocalServer;
  let redis: Redis;
  let folder: string;
  let home: string;
  let shop: string;
  let linked: string;

  before(async () => {
    server = await startServer();
    redis = await openAt(server);
  });
  beforeEach(async () => {
    await redis.flushall();
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'signalbox-claude-')));
    [home, shop, linked] = ['home', 'shop', 'shop-feature'].map((name) => path.join(folder, name)) as [
      string,
      string,
      string,
    ];
    for (const each of [home, shop]) mkdirSync(each);
    git(shop, 'init');
    git(shop, 'commit', '--allow-empty', '-m', 'first');
    git(shop, 'remote', 'add', 'origin', 'git@github.com:acme/shop.git');
    git(shop, 'worktree', 'add', linked);
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  after(async () => {
    redis.disconnect();
    await server.stop();
  });

  const git = (cwd: string, ...args: string[]): string => {
    const as = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false'];
    return execFileSync('git', [...as, ...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  };
  const env = (): NodeJS.ProcessEnv => ({ HOME: home, USERPROFILE: home, SIGNALBOX_REDIS_URL: server.url });
  const type = (
    line: string,
    options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
  ): Promise<Ended & { stdout: string }> =>
    runCli(line.split(' '), { cwd: options.cwd ?? shop, env: { ...env(), ...options.env } });
  const done = async (line: string, options?: Parameters<typeof type>[1]): Promise<Ended & { stdout: string }> => {
    const ended = await type(line, options);
    assert.equal(ended.code, 0, `${line}: ${ended.stderr}`);
    return ended;
  };
  const local = (root = shop): string => path.join(root, '.claude', 'settings.local.json');
  const settings = (file: string): Settings => JSON.parse(readFileSync(file, 'utf8')) as Settings;
  /** All files below the home folder and the repository, but git’s own, with what is in them. */
  const contents = (): Record<string, string> => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (name) => !/(^|\/)\.git\b/.test(name),
    );
    const texts = files
      .map((name) => path.join(folder, name))
      .filter((file) => statSync(file).isFile())
      .map((file) => [path.relative(folder, file), readFileSync(file, 'utf8')]);
    return Object.fromEntries(texts) as Record<string, string>;
  };

  it('writes what it shows: namespace, connection, programs, library and the hook in every working tree', async () => {
    await redis.call('FUNCTION', 'FLUSH');
    const { stdout, stderr } = await done('setup claude --yes');
    const ns = git(shop, 'config', '--file', '.git/config', 'signalbox.namespace');
    assert.match(ns, /^shop-[0-9a-f]{4}:$/);
    assert.equal(git(linked, 'config', 'signalbox.namespace'), ns);
    const connections = path.join(home, '.config/signalbox/connections.json');
    assert.deepEqual(JSON.parse(readFileSync(connections, 'utf8')), {
      v: 1,
      connections: [{ namespace: ns, url: server.url }],
    });
    if (process.platform !== 'win32') assert.equal(statSync(connections).mode & 0o777, 0o600);
    for (const file of [local(), local(linked)]) {
      const { hooks = {}, permissions } = settings(file);
      assert.equal(Object.keys(hooks).length, 12);
      assert.deepEqual(permissions, { allow: ['Bash(signalbox wait:*)'] });
      assert.ok(stderr.includes(file) && stdout.includes(file));
    }
    for (const text of [ns, server.url, connections, 'shop/.git/config', '.local/share/signalbox', 'PreToolUse']) {
      assert.ok(stderr.includes(text), text);
    }
    assert.equal(((await redis.call('FUNCTION', 'LIST')) as unknown[]).length, 1);
    assert.match(stdout, /No session of Claude Code runs in this repository|Guarding/);
  });

  it('makes the command line meet there: in the repository’s own fleet, at the written address', async () => {
    await done('setup claude --yes');
    const ns = git(shop, 'config', 'signalbox.namespace');
    const { code, stderr } = await runCli(['--agent', 'a', 'claim', 'x:y'], { cwd: linked, env: { HOME: home } });
    assert.equal(code, 0, stderr);
    assert.equal(await redis.exists(`${ns}lock:x:y`), 1);
  });

  it('changes no byte when it runs again, and says so', async () => {
    await done('setup claude --yes');
    const before = contents();
    const { stdout } = await done('setup claude --yes', { cwd: linked });
    assert.deepEqual(contents(), before);
    assert.match(stdout, /had the hook already/);
    // Without an address it stays with the one that was written.
    await done('setup claude --yes', { env: { SIGNALBOX_REDIS_URL: '' } });
    assert.deepEqual(contents(), before);
  });

  it('installs a command line that runs by itself, with the node that is there or the one it was set up with', async function () {
    if (process.platform === 'win32') this.skip();
    await done('setup claude --yes');
    const program = path.join(home, '.local/share/signalbox/bin/signalbox');
    const run = (PATH: string): string =>
      execFileSync('/bin/sh', [program, '--namespace', 'x:', 'status', '--json'], {
        encoding: 'utf8',
        cwd: folder,
        env: { ...env(), PATH },
      });
    for (const where of [process.env['PATH'] ?? '', folder]) {
      assert.equal((JSON.parse(run(where)) as { connection: { state: string } }).connection.state, 'live');
    }
    const conf = path.join(home, '.local/share/signalbox/hook.conf');
    const said = execFileSync('/bin/sh', ['-c', `. "${conf}"; echo "$version $node"; [ -x "$cli" ] && [ -x "$node" ]`]);
    assert.match(String(said), /^\d+\.\d+\.\d+ \//);
  });

  it('is what the hook and the doctor rely on: an edit is claimed, and the guard is found to be there', async function () {
    if (process.platform === 'win32') this.skip();
    await done('setup claude --yes');
    const command = settings(local()).hooks?.['PreToolUse']?.[0]?.hooks[0]?.command ?? '';
    const input = {
      session_id: 'session-1',
      hook_event_name: 'PreToolUse',
      cwd: shop,
      tool_name: 'Edit',
      tool_input: { file_path: path.join(shop, 'a.txt') },
    };
    const { SIGNALBOX_REDIS_URL: _, ...bare } = { ...process.env, ...env() };
    const said = execFileSync('/bin/sh', ['-c', command], { input: JSON.stringify(input), env: bare, cwd: shop });
    assert.equal(String(said), '');
    const ns = git(shop, 'config', 'signalbox.namespace');
    const lock = JSON.parse((await redis.get(`${ns}lock:a.txt`)) ?? '{}') as { holder?: string };
    assert.equal(lock.holder, 'session-1');
    const { stdout } = await runCli(['doctor', '--json'], { cwd: shop, env: { HOME: home, CLAUDE_CONFIG_DIR: '' } });
    const { findings } = JSON.parse(stdout) as { findings: { id: string; level: string; text: string }[] };
    assert.deepEqual(
      findings.filter(({ level }) => level === 'wrong'),
      [],
    );
  });

  it('leaves a hook that does nothing for who has no Signalbox', async function () {
    if (process.platform === 'win32') this.skip();
    await done('setup claude --shared --yes');
    assert.equal(existsSync(local()), false);
    assert.equal(existsSync(path.join(linked, '.claude')), false);
    const text = readFileSync(path.join(shop, '.claude/settings.json'), 'utf8');
    assert.ok(!text.includes(home) && !text.includes('redis') && !text.includes(String(server.port)));
    const command = settings(path.join(shop, '.claude/settings.json')).hooks?.['PreToolUse']?.[0]?.hooks[0]?.command;
    assert.ok(command !== undefined);
    const said = execFileSync('/bin/sh', ['-c', command], {
      env: { HOME: folder, PATH: '/usr/bin:/bin' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    assert.equal(String(said), '');
  });

  it('takes out again exactly what it put in', async () => {
    const mine = '{\n\t"hooks": {"Stop": [ {"hooks":[]} ]}, // mine\r\n\t"model":"x"}';
    mkdirSync(path.dirname(local()));
    writeFileSync(local(), mine);
    chmodSync(local(), 0o640);
    await done('setup claude --yes');
    assert.notEqual(readFileSync(local(), 'utf8'), mine);
    const { stdout } = await done('setup claude --remove --yes');
    assert.equal(readFileSync(local(), 'utf8'), mine);
    if (process.platform !== 'win32') assert.equal(statSync(local()).mode & 0o777, 0o640);
    // The other working tree had no such folder.
    assert.equal(existsSync(path.join(linked, '.claude')), false);
    assert.match(stdout, /What stays: the namespace/);
    assert.notEqual(git(shop, 'config', 'signalbox.namespace'), '');
    assert.match((await done('setup claude --remove --yes')).stdout, /no hook to remove/);
    const notes = path.join(home, '.local/share/signalbox/setups.json');
    assert.deepEqual((JSON.parse(readFileSync(notes, 'utf8')) as { files: object }).files, {});
    if (process.platform !== 'win32') assert.equal(statSync(notes).mode & 0o777, 0o600);
  });

  it('leaves what others wrote meanwhile, and takes the rest out', async () => {
    await done('setup claude --yes');
    const text = readFileSync(local(), 'utf8').replace('"permissions"', '"model": "x",\n  "permissions"');
    writeFileSync(local(), text.replace('"Bash(signalbox wait:*)"', '"Bash(ls:*)",\n      "Bash(signalbox wait:*)"'));
    await done('setup claude --yes');
    await done('setup claude --remove --yes');
    assert.deepEqual(settings(local()), { model: 'x', permissions: { allow: ['Bash(ls:*)'] } });
  });

  it('writes through links, and each file once', async function () {
    if (process.platform === 'win32') this.skip();
    const real = path.join(folder, 'mine.json');
    writeFileSync(real, '{}\n');
    for (const root of [shop, linked]) {
      mkdirSync(path.join(root, '.claude'));
      symlinkSync(real, local(root));
    }
    await done('setup claude --yes');
    assert.ok(lstatSync(local()).isSymbolicLink());
    assert.equal(settings(real).hooks?.['Stop']?.length, 1);
    await done('setup claude --remove --yes');
    assert.equal(readFileSync(real, 'utf8'), '{}\n');
    assert.ok(lstatSync(local(linked)).isSymbolicLink());
  });

  it('writes nothing at all where one file is not what it has to be, or nobody can be asked', async () => {
    mkdirSync(path.dirname(local(linked)));
    for (const broken of ['{"hooks":[]}', 'not json', '[]']) {
      writeFileSync(local(linked), broken);
      const before = contents();
      const { code, stderr } = await type('setup claude --yes');
      assert.equal(code, 1);
      assert.match(stderr, /settings\.local\.json.*nothing was changed/);
      assert.deepEqual(contents(), before);
    }
    rmSync(local(linked));
    const before = contents();
    const { code, stderr } = await type('setup claude');
    assert.equal(code, 2);
    assert.match(stderr, /Nobody is at the terminal.*--yes/);
    assert.deepEqual(contents(), before);
    assert.throws(() => git(shop, 'config', 'signalbox.namespace'));
    assert.equal((await type('setup claude --yes', { cwd: home })).code, 2);
  });

  it('goes on without Redis, and says so', async () => {
    const { stdout } = await done('setup claude --yes', { env: { SIGNALBOX_REDIS_URL: 'redis://127.0.0.1:1' } });
    assert.match(stdout, /server was not prepared: Nothing answers at redis:\/\/127\.0\.0\.1:1/);
    assert.equal(settings(local()).hooks?.['Stop']?.length, 1);
  });

  it('keeps a password where only the user may read it, and shows it to nobody', async () => {
    await redis.call('ACL', 'SETUSER', 'ann', 'on', '>s3cr:et', '~*', '&*', '+@all');
    const url = server.url.replace('//', '//ann:s3cr%3Aet@');
    const { stdout, stderr } = await done('setup claude --yes', { env: { SIGNALBOX_REDIS_URL: url } });
    assert.doesNotMatch(stdout + stderr, /s3cr/);
    assert.match(stderr, /as ann with the password/);
    const holding = Object.entries(contents()).filter(([, text]) => text.includes('s3cr'));
    assert.deepEqual(
      holding.map(([name]) => name),
      ['home/.config/signalbox/connections.json'],
    );
    // Whoever names only the address means the same user.
    await done(`--url ${server.url} setup claude --yes`, { env: { SIGNALBOX_REDIS_URL: '' } });
    const inbox = await runCli(['--agent', 'a', 'inbox'], { cwd: shop, env: { HOME: home } });
    assert.equal(inbox.code, 0, inbox.stderr);
    await redis.call('ACL', 'DELUSER', 'ann');
  });

  it('takes the namespace that is named, and keeps one that was recorded', async () => {
    await done('--namespace depot: setup claude --yes --no-permission');
    assert.equal(git(shop, 'config', 'signalbox.namespace'), 'depot:');
    assert.equal(settings(local()).permissions, undefined);
    await done('setup claude --yes');
    assert.equal(git(shop, 'config', 'signalbox.namespace'), 'depot:');
    assert.deepEqual(settings(local()).permissions, { allow: ['Bash(signalbox wait:*)'] });
    git(shop, 'config', 'signalbox.namespace', 'no name');
    const refused = await type('setup claude --yes');
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /git config signalbox\.namespace NAME:/);
  });

  it('ends with how many of the sessions that run are guarded', async function () {
    if (process.platform !== 'linux' && process.platform !== 'darwin') this.skip();
    const sessions = [await claudeStandIn(shop), await claudeStandIn(linked), await claudeStandIn(home)];
    try {
      await done('setup claude --yes');
      const ns = git(shop, 'config', 'signalbox.namespace');
      const hello = JSON.stringify({ host: hostname(), pid: String(sessions[0]?.pid), parent: '' });
      await redis.hset(`${ns}signalbox:agents`, { a: hello });
      const { lines } = await done('setup claude --yes');
      assert.match(lines.at(-1) ?? '', new RegExp(`Guarding 1 of 2 sessions; this one .*${String(sessions[1]?.pid)}`));
      const json = JSON.parse((await done('setup claude --yes --json')).stdout) as Record<string, unknown>;
      const { programs, library, ...rest } = json;
      assert.match(`${String(programs)} ${String(library)}`, /^\d+\.\d+\.\d+ \d+\.\d+\.\d+$/);
      assert.deepEqual(rest, { v: 1, namespace: ns, files: [], guarded: 1, silent: 1 });
    } finally {
      for (const session of sessions) await session.end();
    }
  });
});
