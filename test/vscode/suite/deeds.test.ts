import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import Redis from 'ioredis';
import * as vscode from 'vscode';
import { personName } from '../../../src/protocol/person.ts';
import type { SignalboxApi, Status } from '../../../src/protocol/status.ts';
import { findRedisServer, startLocalServer, type LocalServer } from '../../../src/redis/localServer.ts';

const me = personName(userInfo().username, hostname());

const run = async <T>(command: string, argument?: unknown): Promise<T> =>
  vscode.commands.executeCommand<T>(`signalbox.${command}`, argument);

/** Resolves with the status once it is as wanted, looking at each change; rejects with what it was after 10 s. */
function statusWhen(api: SignalboxApi, what: string, wanted: (status: Status) => boolean): Promise<Status> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const status = api.status();
      if (!wanted(status)) return;
      listening.dispose();
      clearTimeout(timer);
      resolve(status);
    };
    const listening = api.onDidChange(look);
    const timer = setTimeout(() => {
      listening.dispose();
      reject(new Error(`Waited in vain for ${what}. The status is ${JSON.stringify(api.status())}`));
    }, 10_000);
    look();
  });
}

describe('what a person does to the fleet, by commands with an argument', () => {
  let api: SignalboxApi;
  let server: LocalServer;
  let redis: Redis;

  /** Calls the function library as an agent does. */
  const fcall = async (name: string, resources: string[], ...args: (string | number)[]): Promise<string[]> => {
    const keys = ['agent:seq', ...resources.map((resource) => `lock:${resource}`)];
    return (await redis.call('FCALL', `signalbox_${name}`, keys.length, ...keys, ...args)) as string[];
  };
  const hello = (agent: string): Promise<string[]> => fcall('hello', [], agent, '', hostname(), '');
  const inbox = (agent: string): Promise<string[]> => fcall('inbox', [], agent, '', 10);
  const inboxEmptied = (agent: string): Promise<unknown> => redis.del(`agent:inbox:${agent}`);

  before(async () => {
    const binary = findRedisServer(process.env);
    assert.ok(binary, 'a redis-server is on the PATH');
    server = await startLocalServer({ binary });
    redis = new Redis(server.url);
    const extension = vscode.extensions.getExtension<SignalboxApi>('signalbox.signalbox');
    assert.ok(extension);
    api = await extension.activate();
    await run('connect', { url: server.url });
    await statusWhen(api, 'the library', ({ connection }) => connection.library !== null);
  });

  after(async () => {
    await run('disconnect');
    redis.disconnect();
    await server.stop();
    const configuration = vscode.workspace.getConfiguration('signalbox');
    await configuration.update('redis.url', undefined, vscode.ConfigurationTarget.Global);
  });

  describe('messages', () => {
    it('reach the inbox of one agent, once, from the person at this machine', async () => {
      await hello('agent-1');
      const sent = await run<{ id: string; receivers: number }>('messageAgent', { agent: 'agent-1', text: 'Wait.' });
      assert.equal(sent.receivers, 1);
      const [, , from, text, ...more] = await inbox('agent-1');
      assert.deepEqual([from, text, more], [me, 'Wait.', []]);
      assert.deepEqual(await fcall('send', [], me, 'agent-1', sent.id, 'Wait.'), ['SAME', '0']);
    });

    it('reach everybody', async () => {
      await hello('agent-2');
      const sent = await run<{ receivers: number }>('messageFleet', { ns: '', text: 'Lunch.' });
      assert.equal(sent.receivers, 2);
      assert.deepEqual((await inbox('agent-2')).slice(2), [me, 'Lunch.']);
    });

    it('are refused where nobody could read them', async () => {
      const send = (argument: object): Promise<unknown> => run('messageAgent', argument);
      await assert.rejects(send({ agent: 'agent-1', text: ' ' }), /empty message/);
      await assert.rejects(send({ agent: 'agent-1', text: 'ä'.repeat(2049) }), /at most 4 KiB/);
      await assert.rejects(send({ agent: '', text: 'x' }), /cannot be the name of an agent/);
      await assert.rejects(send({ agent: 'a\nb', text: 'x' }), /cannot be the name of an agent/);
      await assert.rejects(send({ ns: 'other:', agent: 'agent-1', text: 'x' }), /does not show the fleet other:/);
    });
  });

  describe('pauses', () => {
    const control = async (target: string): Promise<Record<string, string> | null> => {
      const text = await redis.hget('agent:control', target);
      return text === null ? null : (JSON.parse(text) as Record<string, string>);
    };

    it('of one agent are recorded with who and why, and taken back', async () => {
      assert.deepEqual(await run('pauseAgent', { agent: 'agent-1', reason: 'red build' }), { changed: true });
      const told = await control('agent-1');
      assert.deepEqual([told?.['action'], told?.['by'], told?.['reason']], ['pause', me, 'red build']);
      assert.deepEqual(await run('pauseAgent', { agent: 'agent-1', reason: 'red build' }), { changed: false });
      assert.deepEqual(await run('resumeAgent', { agent: 'agent-1' }), { changed: true });
      assert.equal(await control('agent-1'), null);
      assert.deepEqual(await run('resumeAgent', { agent: 'agent-1' }), { changed: false });
    });

    it('of the fleet hold also who is resumed alone', async () => {
      assert.deepEqual(await run('pauseFleet', { ns: '', reason: 'lunch' }), { changed: true });
      assert.equal((await control('*'))?.['reason'], 'lunch');
      assert.deepEqual(await run('resumeAgent', { agent: 'agent-1' }), { changed: false });
      assert.notEqual(await control('*'), null);
      assert.deepEqual(await run('resumeFleet', { ns: '' }), { changed: true });
      assert.equal(await control('*'), null);
    });

    it('are refused with a reason that is too long', async () => {
      await assert.rejects(run('pauseAgent', { agent: 'agent-1', reason: 'x'.repeat(1025) }), /at most 1 KiB/);
      assert.equal(await control('agent-1'), null);
    });
  });

  describe('claims', () => {
    interface Became {
      outcome: string;
      token?: number;
      holder?: string;
    }
    const claim = async (agent: string, resource: string, ttlMs = 60_000): Promise<number> => {
      const [word, , , , token] = await fcall('claim', [resource], agent, ttlMs, '');
      assert.equal(word, 'OK');
      await statusWhen(api, `the claim on ${resource}`, ({ claims }) =>
        claims.some((each) => each.resource === resource && each.token === Number(token)),
      );
      return Number(token);
    };
    const lock = async (resource: string): Promise<[holder: string, token: string] | null> => {
      const text = await redis.get(`lock:${resource}`);
      if (text === null) return null;
      const { holder, token } = JSON.parse(text) as { holder: string; token: string };
      return [holder, token];
    };

    it('are handed over for as long as the fleet keeps them, and both are told', async () => {
      await Promise.all([inboxEmptied('agent-1'), inboxEmptied('agent-2')]);
      const before = await claim('agent-1', 'src/a.ts');
      const argument = { resource: 'src/a.ts', to: 'agent-2', reason: 'you know it' };
      const became = await run<Became>('handOverClaim', argument);
      assert.deepEqual([became.outcome, became.holder], ['done', 'agent-2']);
      assert.ok((became.token ?? 0) > before);
      assert.deepEqual(await lock('src/a.ts'), ['agent-2', String(became.token)]);
      const left = await redis.pttl('lock:src/a.ts');
      assert.ok(left > 500_000 && left <= 600_000, String(left));
      for (const agent of ['agent-1', 'agent-2'])
        assert.match((await inbox(agent))[3] ?? '', /src\/a\.ts.*you know it/s);
      await redis.hset('agent:config', 'claims.keep', '30000');
      await claim('agent-1', 'src/keep.ts', 10_000);
      await run('handOverClaim', { resource: 'src/keep.ts', to: me });
      const kept = await redis.pttl('lock:src/keep.ts');
      assert.ok(kept > 20_000 && kept <= 30_000, String(kept));
      assert.equal((await lock('src/keep.ts'))?.[0], me);
    });

    it('that somebody else moved meanwhile stay as they are, and that is told', async () => {
      const token = await claim('agent-1', 'src/race.ts');
      const [, moved] = await fcall('transfer', ['src/race.ts'], 'bob@laptop', 'agent-2', token, 60_000, 'quicker');
      const argument = { resource: 'src/race.ts', to: 'agent-1', reason: 'slower', token };
      const became = await run<Became>('handOverClaim', argument);
      assert.deepEqual(became, { outcome: 'changed', token: Number(moved), holder: 'agent-2' });
      const broken = await run<Became>('breakClaim', { resource: 'src/race.ts', reason: 'slower', token });
      assert.deepEqual(broken, { outcome: 'changed', token: Number(moved), holder: 'agent-2' });
      assert.deepEqual(await lock('src/race.ts'), ['agent-2', moved]);
      const gone = await run<Became>('breakClaim', { resource: 'src/nobody.ts', reason: 'x', token });
      assert.deepEqual(gone, { outcome: 'changed' });
    });

    it('that another would clash with are not handed to it', async () => {
      await claim('agent-1', 'lib/b.ts');
      await redis.set('lock:lib/', 'somebody', 'PX', 60_000);
      const became = await run<Became>('handOverClaim', { resource: 'lib/b.ts', to: 'agent-2' });
      assert.deepEqual(became, { outcome: 'denied', holder: 'somebody' });
      assert.equal((await lock('lib/b.ts'))?.[0], 'agent-1');
    });

    it('are broken for a reason only, a plain lock as well', async () => {
      await claim('agent-1', 'src/c.ts');
      for (const reason of [undefined, '', ' ']) {
        await assert.rejects(run('breakClaim', { resource: 'src/c.ts', reason }), /A reason is needed/);
      }
      assert.equal((await lock('src/c.ts'))?.[0], 'agent-1');
      assert.deepEqual(await run('breakClaim', { resource: 'src/c.ts', reason: 'stuck' }), { outcome: 'done' });
      assert.equal(await lock('src/c.ts'), null);
      await redis.set('lock:plain.ts', 'agent-7');
      assert.deepEqual(await run('breakClaim', { resource: 'plain.ts', reason: 'left over' }), { outcome: 'done' });
      assert.equal(await redis.exists('lock:plain.ts'), 0);
    });

    it('are refused where the name is none', async () => {
      await assert.rejects(run('breakClaim', { resource: '../x', reason: 'x' }), /nothing that can be claimed/);
      await assert.rejects(run('handOverClaim', { resource: 'src/a.ts', to: '' }), /cannot be the name of an agent/);
    });
  });

  /** What the hook of a session calls when it begins. */
  const session = async (id: string, about: { host?: string; root?: string; pid: number | string }): Promise<void> => {
    const fields = `"session_id":"${id}"\n"hook_event_name":"SessionStart"\n"session_title":"${id}"`;
    const { host = hostname(), root = '/', pid } = about;
    await fcall('hook', [], host, root, '', fields, pid, 'main', 'sh 1.1.0', '');
    await statusWhen(api, `the session ${id}`, ({ agents }) => agents.some((agent) => agent.id === id));
  };

  describe('the terminal of an agent', () => {
    it('comes to the front, also for a subagent', async () => {
      const terminal = vscode.window.createTerminal({ name: 'session' });
      try {
        const pid = await terminal.processId;
        assert.ok(pid);
        await session('in-terminal', { pid });
        const other = vscode.window.createTerminal({ name: 'other' });
        other.show();
        assert.deepEqual(await run('showTerminal', { agent: 'in-terminal' }), { shown: true, terminal: 'session' });
        const fields =
          '"session_id":"in-terminal"\n"hook_event_name":"SubagentStart"\n"agent_id":"x"\n"agent_type":"Explore"';
        await fcall('hook', [], hostname(), '/', '', fields, pid, 'main', 'sh 1.1.0', '');
        await statusWhen(api, 'the child', ({ agents }) => agents.some(({ id }) => id === 'in-terminal/x'));
        assert.deepEqual(await run('showTerminal', { agent: 'in-terminal/x' }), { shown: true, terminal: 'session' });
        other.dispose();
      } finally {
        terminal.dispose();
      }
    });

    it('is not shown where there is none here, with the reason', async () => {
      await session('elsewhere', { host: 'another-host', pid: process.pid });
      await session('ended', { pid: 2 ** 22 + 7 });
      await session('outside', { pid: process.pid });
      const why = async (agent: string): Promise<unknown> => run('showTerminal', { agent });
      assert.deepEqual(await why('elsewhere'), { shown: false, why: 'host' });
      assert.deepEqual(await why('ended'), { shown: false, why: 'ended' });
      assert.deepEqual(await why('outside'), { shown: false, why: 'outside' });
      assert.deepEqual(await why('agent-1'), { shown: false, why: 'process' });
    });
  });

  describe('a contested file', () => {
    let folder: string;
    const git = (cwd: string, ...args: string[]): void => {
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd, stdio: 'ignore' });
    };
    const diff = (): [left: string, right: string] | undefined => {
      const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      return input instanceof vscode.TabInputTextDiff
        ? [input.original.toString(), input.modified.toString()]
        : undefined;
    };

    before(() => {
      folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'signalbox-compare-')));
      const one = path.join(folder, 'one');
      mkdirSync(one);
      writeFileSync(path.join(one, 'f.ts'), 'committed\n');
      git(one, 'init');
      git(one, 'add', '.');
      git(one, 'commit', '-m', 'x');
      git(one, 'worktree', 'add', path.join(folder, 'two'));
      writeFileSync(path.join(one, 'f.ts'), 'of one\n');
      writeFileSync(path.join(one, 'new.ts'), 'new\n');
    });

    after(async () => {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      rmSync(folder, { recursive: true, force: true });
    });

    const hold = async (agent: string, resource: string): Promise<void> => {
      await fcall('claim', [resource], agent, 60_000, '');
      await statusWhen(api, 'the claim', ({ claims }) => claims.some((claim) => claim.resource === resource));
    };

    it('of one checkout stands beside how it was committed', async () => {
      await session('one', { pid: process.pid, root: path.join(folder, 'one') });
      await hold('one', 'f.ts');
      const became = await run<{ compared: boolean; left: string; right: string }>('compare', { resource: 'f.ts' });
      assert.equal(became.compared, true);
      assert.deepEqual(diff(), [became.left, became.right]);
      const [left, right] = [became.left, became.right].map((address) => vscode.Uri.parse(address, true));
      assert.equal(right!.fsPath, path.join(folder, 'one', 'f.ts'));
      assert.equal((await vscode.workspace.openTextDocument(left!)).getText(), 'committed\n');
    });

    it('of two working trees stands beside itself', async () => {
      await session('two', { pid: process.pid, root: path.join(folder, 'two') });
      void fcall('claim', ['f.ts'], 'two', 60_000, '', 'wait-1');
      await statusWhen(api, 'who waits', ({ claims }) => claims.some(({ waiters }) => waiters.includes('two')));
      await run('compare', { resource: 'f.ts' });
      const files = ['one', 'two'].map((tree) => vscode.Uri.file(path.join(folder, tree, 'f.ts')).toString());
      assert.deepEqual(diff(), files);
    });

    it('that is not there, or not committed, is said not to be', async () => {
      await hold('one', 'gone.ts');
      await hold('one', 'new.ts');
      const compare = async (resource: string): Promise<unknown> => run('compare', { resource });
      assert.deepEqual(await compare('gone.ts'), { compared: false, why: 'absent' });
      assert.deepEqual(await compare('new.ts'), { compared: false, why: 'uncommitted' });
      assert.deepEqual(await compare('nowhere.ts'), { compared: false, why: 'elsewhere' });
      await assert.rejects(compare('port:3000'), /no file that could be compared/);
    });

    it('is known by its address', async () => {
      const uri = vscode.Uri.file(path.join(folder, 'one', 'f.ts'));
      const became = await run<{ compared: boolean; right: string }>('compare', { uri: uri.toString() });
      assert.deepEqual([became.compared, became.right], [true, uri.toString()]);
    });
  });

  describe('what needs attention', () => {
    it('is dismissed by its id, once', async () => {
      await redis.publish('agent:events', 'error:invalid_syntax');
      const status = await statusWhen(api, 'the error', ({ attention }) =>
        attention.some(({ kind }) => kind === 'error'),
      );
      const id = status.attention.find(({ kind }) => kind === 'error')?.id;
      assert.deepEqual(await run('dismiss', { id }), { dismissed: true });
      await statusWhen(api, 'the list', ({ attention }) => !attention.some((item) => item.id === id));
      assert.deepEqual(await run('dismiss', { id }), { dismissed: false });
    });
  });

  describe('without a connection', () => {
    before(() => run('disconnect'));

    it('is refused in words, at once', async () => {
      await assert.rejects(run('messageAgent', { agent: 'agent-1', text: 'x' }), /Not connected to Redis\. Run/);
      for (const command of ['messageFleet', 'pauseFleet', 'resumeFleet']) {
        await assert.rejects(run(command, { text: 'x' }), /Not connected to Redis\. Run/, command);
      }
      for (const command of ['pauseAgent', 'resumeAgent']) {
        await assert.rejects(run(command, { agent: 'agent-1' }), /Not connected to Redis\. Run/, command);
      }
      for (const command of ['handOverClaim', 'breakClaim']) {
        const argument = { resource: 'src/a.ts', to: 'agent-1', reason: 'x' };
        await assert.rejects(run(command, argument), /Not connected to Redis\. Run/, command);
      }
    });
  });
});
