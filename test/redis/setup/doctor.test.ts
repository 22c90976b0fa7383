import assert from 'node:assert/strict';
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import path from 'node:path';
import type { Redis } from '../../../src/redis/client.ts';
import type { LocalServer } from '../../../src/redis/localServer.ts';
import { loadLibrary } from '../../../src/redis/library/load.ts';
import { eventNames } from '../../../src/setup/claude/entries.ts';
import { claudeStandIn } from '../../support/claudeStandIn.ts';
import { runCli } from '../agent/cliProcess.ts';
import { hookVersion } from '../../../src/protocol/hookVersion.ts';
import { openAt, startServer } from '../agent/server.ts';
import { DoctorScene, type Examined } from './doctorScene.ts';

/** Level and text of what was found. */
const said = (examined: Examined, id: Parameters<Examined['of']>[0]): string => {
  const found = examined.of(id);
  return found ? `${found.level}: ${found.text}` : 'nothing';
};

describe('signalbox doctor, of what lies on this machine', () => {
  let scene: DoctorScene;

  beforeEach(() => (scene = new DoctorScene()));
  afterEach(() => scene.remove());

  /** Nothing listens there. */
  const nowhere = { SIGNALBOX_REDIS_URL: 'redis://127.0.0.1:1' };
  const ask = (cwd?: string): Promise<Examined> => scene.ask(cwd, nowhere);

  it('needs a repository', async () => {
    const outside = await ask(scene.folder);
    assert.equal(outside.code, 1);
    assert.deepEqual(
      outside.report.findings.map(({ id, level }) => [id, level]),
      [['repository', 'wrong']],
    );
  });

  it('finds nothing set up, and says for each what mends it', async () => {
    const fresh = await ask();
    assert.equal(fresh.code, 1);
    assert.equal(fresh.report.guard, 'none');
    assert.match(said(fresh, 'repository'), /^ok: .*\/shop\.$/);
    assert.match(said(fresh, 'namespace'), /^warning: /);
    assert.match(said(fresh, 'entries'), /^wrong: No settings file/);
    assert.match(said(fresh, 'programs'), /^wrong: Missing in .*: hook, hook\.cjs\./);
    assert.match(said(fresh, 'redis'), /^wrong: Nothing answers at redis:\/\/127\.0\.0\.1:1\./);
    for (const { level, mend } of fresh.report.findings) assert.equal(mend === null, level === 'ok');
  });

  it('reads what the repository recorded', async () => {
    scene.git('config', 'signalbox.namespace', 'shop:');
    assert.equal(said(await ask(), 'namespace'), 'ok: The namespace is shop:.');
    scene.git('config', 'signalbox.namespace', 'no namespace');
    assert.match(said(await ask(), 'namespace'), /^wrong: .*"no namespace"/);
  });

  it('says which rules hold for shell commands, and where a table of them is none', async () => {
    assert.match(said(await ask(), 'rules'), /^ok: .*: git:index \(\d+\), deps \(\d+\)\.$/);
    scene.git('config', 'signalbox.bashResources', '{"port:3000":["npm run dev"],"deps":[]}');
    assert.match(said(await ask(), 'rules'), /^ok: .*: git:index \(\d+\), deps \(off\), port:3000 \(1\)\.$/);
    for (const [table, place] of [
      ['{"deps":"npm"}', '"deps"'],
      ['{"../x":[]}', '"../x"'],
      ['[1]', '[1]'],
      ['npm', 'JSON'],
    ] as const) {
      scene.git('config', 'signalbox.bashResources', table);
      const finding = said(await ask(), 'rules');
      assert.ok(finding.startsWith('warning: ') && finding.includes(`at ${place};`), finding);
      assert.match(finding, /the usual ones hold: git:index \(\d+\), deps \(\d+\)/);
    }
  });

  it('sees at which events the hook is called, and which', async () => {
    scene.writeEntries();
    assert.match(said(await ask(), 'entries'), /^ok: .* all 12 events, by .*\/\.claude\/settings\.local\.json\.$/);
    scene.writeEntries(scene.repository, eventNames.slice(1));
    assert.equal(said(await ask(), 'entries'), 'warning: The hook is not called at SessionStart.');
    scene.writeEntries(scene.repository, eventNames, '/old/share/signalbox');
    assert.match(said(await ask(), 'entries'), /^warning: .* another hook .*\/old\/share\/signalbox\/hook/);
    const foreign = {
      hooks: { PreToolUse: [{ matcher: 'Edit', hooks: [{ type: 'command', command: 'my-linter' }] }] },
    };
    scene.write(path.join(scene.repository, '.claude', 'settings.local.json'), foreign);
    assert.match(said(await ask(), 'entries'), /^wrong: /);
  });

  it('says where the hook is ended at another time than it believes', async () => {
    const file = path.join(scene.repository, '.claude', 'settings.local.json');
    const command = `${scene.programs}/hook`;
    const settings = (timeout: number | undefined, env: object): object => {
      const entry = [{ hooks: [{ type: 'command', command, timeout }] }];
      return { env, hooks: Object.fromEntries(eventNames.map((event) => [event, entry])) };
    };
    const found = async (): Promise<string[]> =>
      (await ask()).report.findings.filter(({ id }) => id === 'timeout').map(({ text }) => text);
    for (const [timeout, env] of [
      [60, {}],
      [undefined, {}],
      [30, { SIGNALBOX_HOOK_LIMIT: '30' }],
    ] as const) {
      scene.write(file, settings(timeout, env));
      assert.deepEqual(await found(), []);
    }
    scene.write(file, settings(3, {}));
    assert.match((await found())[0] ?? '', /ended after 3 s by .*settings\.local\.json, and believes that it has 60 s/);
    scene.write(file, settings(60, { SIGNALBOX_HOOK_LIMIT: '3' }));
    assert.match((await found())[0] ?? '', /ended after 60 s .* 3 s/);
  });

  it('puts together what several settings files say', async () => {
    scene.writeEntries(scene.repository, eventNames.slice(0, 6));
    scene.writeEntries(scene.home, eventNames.slice(6));
    assert.match(said(await ask(), 'entries'), /^warning: /);
    const user = path.join(scene.home, '.claude', 'settings.json');
    const command = `${scene.programs}/hook`;
    const entry = [{ hooks: [{ type: 'command', command: 'sh', args: [command] }] }];
    scene.write(user, { hooks: Object.fromEntries(eventNames.slice(6).map((event) => [event, entry])) });
    assert.match(said(await ask(), 'entries'), /^ok: .*home\/\.claude\/settings\.json, .*settings\.local\.json\.$/);
  });

  it('says which file is broken, and which turns all hooks off', async () => {
    scene.writeEntries();
    scene.write(path.join(scene.repository, '.claude', 'settings.json'), '{ "hooks": ');
    const broken = await ask();
    assert.match(said(broken, 'settings'), /^warning: .*shop\/\.claude\/settings\.json: not JSON\.$/);
    assert.match(said(broken, 'entries'), /^ok/);
    scene.write(path.join(scene.repository, '.claude', 'settings.json'), { disableAllHooks: true });
    assert.match(said(await ask(), 'disabled'), /^wrong: All hooks are turned off in .*shop\/\.claude\/settings\.json/);
  });

  it('looks at every working tree', async () => {
    const linked = path.join(scene.folder, 'linked');
    scene.git('worktree', 'add', linked);
    scene.writeEntries();
    const both = await ask();
    assert.match(said(both, 'entries'), /^ok/);
    assert.match(said(both, 'worktrees'), /^warning: .*\/linked\.$/);
    assert.match(said(await ask(linked), 'entries'), /^wrong/);
    scene.writeEntries(linked);
    assert.equal(said(await ask(), 'worktrees'), 'nothing');
  });

  it('knows the programs and what they need', async () => {
    scene.install('0.0.1');
    rmSync(path.join(scene.programs, 'hook.cjs'));
    assert.match(said(await ask(), 'programs'), /^wrong: Missing in .*: hook\.cjs\./);
    scene.install('0.0.1');
    assert.match(said(await ask(), 'programs'), /^warning: .*0\.0\.1; this program brings/);
    scene.install();
    assert.match(said(await ask(), 'programs'), /^ok/);
    const bare = await scene.ask(undefined, { ...nowhere, PATH: '/nowhere' });
    assert.match(said(bare, 'tools'), /^warning: There is no redis-cli/);
    scene.write(path.join(scene.programs, 'hook.conf'), 'version=0');
    const none = await scene.ask(undefined, { ...nowhere, PATH: '/nowhere' });
    assert.match(said(none, 'tools'), /^wrong: There is neither redis-cli nor node/);
  });

  it('counts edits that wait to be told', async () => {
    assert.equal(said(await ask(), 'missed'), 'nothing');
    scene.git('config', 'signalbox.namespace', 'shop:');
    const missed = path.join(scene.home, '.config', 'signalbox', 'missed');
    scene.write(path.join(missed, 'shop'), '1\ts\ta\n2\ts\tb\n');
    scene.write(path.join(missed, 'shop.4711'), '3\ts\tc\n');
    scene.write(path.join(missed, 'shop-2'), '3\ts\tc\n');
    scene.write(path.join(missed, '_'), '3\ts\tc\n');
    assert.match(said(await ask(), 'missed'), /^warning: 3 edits/);
  });

  it('prints a short list for people', async () => {
    const { code, lines } = await runCli(['doctor'], { cwd: scene.repository, env: { HOME: scene.home, ...nowhere } });
    assert.equal(code, 1);
    assert.match(lines[0] ?? '', /^ok {7}The repository is /);
    assert.ok(lines.includes('wrong    No settings file makes Claude Code call the hook in ' + scene.repository + '.'));
    assert.ok(lines.includes('         → Run `signalbox setup claude`.'));
    assert.equal(lines.at(-1), 'The guard is off: sessions edit without claiming.');
  });
});

describe('signalbox doctor, of what the server says', () => {
  let scene: DoctorScene;
  let server: LocalServer;
  let redis: Redis;

  before(async () => {
    server = await startServer();
    redis = await openAt(server);
  });
  beforeEach(async () => {
    scene = new DoctorScene();
    scene.git('config', 'signalbox.namespace', 'shop:');
    await redis.flushall();
    await loadLibrary(redis);
  });
  afterEach(() => scene.remove());
  after(async () => {
    redis.disconnect();
    await server.stop();
  });

  const connectTo = (url: string, more: object = {}): void =>
    scene.writeConnections([{ namespace: 'shop:', url, ...more }]);

  it('goes where connections.json says, which nobody else may read', async () => {
    connectTo(server.url);
    const there = await scene.ask();
    assert.match(said(there, 'connections'), /^ok/);
    assert.match(said(there, 'redis'), /^ok: Redis answers at redis:\/\/127\.0\.0\.1:/);
    chmodSync(path.join(scene.home, '.config', 'signalbox', 'connections.json'), 0o644);
    const open = await scene.ask();
    assert.match(open.of('connections')?.text + ' ' + open.of('connections')?.mend, /chmod 600 .*connections\.json/);
    scene.write(path.join(scene.home, '.config', 'signalbox', 'connections.json'), '{');
    assert.match(said(await scene.ask(), 'connections'), /^wrong: /);
    scene.writeConnections([{ namespace: 'other:', url: server.url }]);
    const first = await scene.ask();
    assert.match(said(first, 'connections'), /^warning: .*"shop:"/);
    assert.match(said(first, 'redis'), /^ok/);
  });

  it('ends where nothing answers in time, or the password is wrong', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    try {
      connectTo(`redis://127.0.0.1:${(silent.address() as AddressInfo).port}`);
      const hanging = await scene.ask();
      assert.match(said(hanging, 'redis'), /^wrong: .* does not answer/);
    } finally {
      silent.close();
    }
    connectTo(server.url, { username: 'nobody', password: 'wrong' });
    const refused = await scene.ask();
    assert.match(said(refused, 'redis'), /^wrong: The server refused the user name or password/);
    assert.match(JSON.stringify(refused.report), /SIGNALBOX_REDIS_URL, as redis:/, 'where the right one goes');
    assert.doesNotMatch(JSON.stringify(refused.report), /"wrong"[^}]*:wrong@/);
  });

  it('sees a library that is missing or old', async () => {
    connectTo(server.url);
    assert.match(said(await scene.ask(), 'library'), /^ok: .*\d+\.\d+\.\d+\.$/);
    await redis.call('FUNCTION', 'FLUSH');
    const missing = await scene.ask();
    assert.match(said(missing, 'library'), /^wrong: /);
    assert.equal(missing.of('library')?.mend, 'Run `signalbox setup`.');
    await redis.call(
      'FUNCTION',
      'LOAD',
      'REPLACE',
      "#!lua name=signalbox\nredis.register_function{function_name='signalbox_version', callback=function() return {'0.9.0'} end, flags={'no-writes'}}",
    );
    assert.match(said(await scene.ask(), 'library'), /^warning: .*0\.9\.0; this program brings/);
    await redis.call('FUNCTION', 'FLUSH');
  });

  it('names the line that gives the rights which are missing, and that line does', async () => {
    const rules = '~shop:agent:* ~shop:lock:* ~shop:signalbox:* +@read +@connection +fcall +fcall_ro +time';
    await redis.call('ACL', 'SETUSER', 'agent', 'on', '>secret', ...rules.split(' '));
    try {
      connectTo(server.url, { username: 'agent', password: 'secret' });
      const lacking = await scene.ask();
      assert.match(said(lacking, 'rights'), /^wrong: /);
      const [, ...line] = (lacking.of('rights')?.mend ?? '').split(' ');
      assert.deepEqual(line.slice(0, 2), ['SETUSER', 'agent']);
      await redis.call('ACL', ...line);
      const given = await scene.ask();
      assert.match(said(given, 'rights'), /^ok/);
      assert.equal(said(given, 'eviction'), 'nothing');
      assert.doesNotMatch(JSON.stringify([lacking.report, given.report]), /secret/);
    } finally {
      await redis.call('ACL', 'DELUSER', 'agent');
    }
  });

  it('leaves nothing behind', async () => {
    connectTo(server.url);
    await scene.ask();
    assert.deepEqual(await redis.keys('shop:*'), []);
  });

  it('runs the hook, which gets an answer and leaves no trace', async () => {
    connectTo(server.url);
    scene.writeEntries();
    scene.install();
    const whole = await scene.ask();
    assert.match(
      said(whole, 'hook'),
      /^ok: The hook was run and answered; it takes \S+ m?s, where redis-cli PING takes \S+ m?s\.$/,
    );
    assert.equal(whole.report.guard, 'on', JSON.stringify(whole.report));
    assert.equal(whole.code, 0);
    assert.deepEqual(await redis.keys('shop:*'), []);
  });

  it('sees a hook that runs and gets no answer, or cannot be run', async () => {
    connectTo(server.url);
    scene.writeEntries();
    scene.install();
    // What it takes for redis-cli never reaches a server.
    scene.write(path.join(scene.programs, 'hook.conf'), `version='${hookVersion}'\ncli=/bin/true\n`);
    const mute = await scene.ask();
    assert.match(said(mute, 'hook'), /^wrong: The hook runs, but nothing comes back/);
    assert.deepEqual([mute.code, mute.report.guard], [1, 'none']);
    chmodSync(path.join(scene.programs, 'hook'), 0o600);
    assert.match(said(await scene.ask(), 'hook'), /^wrong: The hook cannot be run: /);
  });

  it('warns of a server that throws keys away, and of settings that are none', async () => {
    connectTo(server.url);
    await redis.hset('shop:agent:config', 'claims.wait', '5000');
    const usual = await scene.ask();
    assert.match(said(usual, 'config'), /^ok: .*claims\.ttl 120000, .*claims\.wait 5000\.$/);
    assert.equal(said(usual, 'eviction'), 'nothing');
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await redis.hset('shop:agent:config', 'claims.wait', '70000', 'claims.ttl', 'soon');
    const odd = await scene.ask();
    await redis.config('SET', 'maxmemory-policy', 'noeviction');
    assert.match(said(odd, 'eviction'), /^warning: .*allkeys-lru/);
    assert.match(said(odd, 'config'), /^warning: .*claims\.ttl soon, claims\.wait 70000/);
  });

  it('says when the hooks of which host were last heard', async () => {
    connectTo(server.url);
    assert.match(said(await scene.ask(), 'heard'), /^warning: No hook of this machine/);
    const heard = (by: string): string => {
      const at = String((Date.now() - 5_000) * 1_000);
      return JSON.stringify({ at, by, calls: 7, edits: 3, denied: 1, missed: 2 });
    };
    await redis.hset('shop:signalbox:guard', hostname(), heard('sh 1.2.0'), 'elsewhere', heard('node 1.0.9'));
    const { report } = await scene.ask();
    const texts = report.findings.filter(({ id }) => id === 'heard').map(({ level, text }) => `${level}: ${text}`);
    assert.equal(texts.length, 2);
    const own = texts[0] ?? '';
    assert.match(own, /^ok: .* was last heard \S+ s ago, by sh 1\.2\.0: calls 7, edits 3, denied 1, unguarded 2\.$/);
    assert.match(texts[1] ?? '', /^warning: elsewhere .*node 1\.0\.9/);
  });

  it('says which of the sessions that run here have not called yet', async function () {
    if (process.platform !== 'linux' && process.platform !== 'darwin') this.skip();
    connectTo(server.url);
    const sessions = [await claudeStandIn(scene.repository), await claudeStandIn(scene.repository)];
    try {
      const [called, silent] = sessions;
      const about = { host: hostname(), pid: String(called?.pid), name: 'Rename' };
      await redis.hset('shop:signalbox:agents', 'session', JSON.stringify(about));
      const some = await scene.ask();
      assert.equal(
        said(some, 'sessions'),
        `warning: Guarding 1 of 2 sessions; this one has not called yet: ${silent?.pid} (${scene.repository}).`,
      );
    } finally {
      for (const session of sessions) await session.end();
    }
    assert.match(said(await scene.ask(), 'sessions'), /^ok: No session/);
  });
});
