import assert from 'node:assert/strict';
import { english, reasonText, type Reason } from '../../../src/protocol/reasons.ts';
import { systemClock, type FineClock } from '../../../src/protocol/clock.ts';
import type { LocalServer } from '../../../src/redis/localServer.ts';
import type { MonitorCommand } from '../../../src/redis/monitor/command.ts';
import { monitorLimits } from '../../../src/redis/monitor/monitor.ts';
import { startCluster } from '../../support/cluster.ts';
import { Ear } from '../../support/ear.ts';
import { Rig } from '../../support/rig.ts';

/** What a monitor shows, and how it ended. */
class Watching {
  readonly seen: MonitorCommand[] = [];
  readonly ends: (Reason | null)[] = [];
  readonly monitor: { dispose(): void };
  readonly ended: Promise<Reason | null>;
  #waiting: { what: string; resolve: () => void } | undefined;

  constructor(ear: Ear) {
    let end: (reason: Reason | null) => void;
    this.ended = new Promise((resolve) => (end = resolve));
    this.monitor = ear.link.monitor(
      (command) => {
        this.seen.push(command);
        if (this.#waiting && command.text.includes(this.#waiting.what)) this.#waiting.resolve();
      },
      (reason) => {
        this.ends.push(reason);
        end(reason);
      },
    );
  }

  /** Gives a command until it is seen: nothing else tells when the server has begun to show them. */
  async until(what: string, give: () => unknown): Promise<void> {
    const seen = new Promise<true>((resolve) => (this.#waiting = { what, resolve: () => resolve(true) }));
    const given = async (): Promise<false> => {
      await give();
      await new Promise((resolve) => setImmediate(resolve));
      return false;
    };
    while (!(await Promise.race([seen, given()]))) assert.deepEqual(this.ends, []);
  }
}

describe('MONITOR', () => {
  let rig: Rig;
  let ear: Ear;
  /** Lets the time pass that a monitor may take. */
  let pass: (() => void) | undefined;

  beforeEach(async () => {
    rig = new Rig();
    pass = undefined;
    const after: FineClock['after'] = (ms, call) => {
      if (ms !== monitorLimits.seconds * 1_000) return systemClock.after(ms, call);
      pass = call;
      return { dispose: () => (pass = undefined) };
    };
    ear = new Ear({ ...systemClock, after });
    await rig.serve();
  });
  afterEach(async () => {
    ear.link.dispose();
    await rig.dispose();
  });

  const connect = async (...rules: string[]): Promise<void> => {
    rig.cli('ACL', 'SETUSER', 'amy', 'on', '>secret', '~*', '&*', '+@all', ...rules);
    ear.link.connect({ url: rig.server.url, username: 'amy', password: 'secret', namespaces: ['shop:'] });
    await ear.until('it is live', () => ear.lives === 1);
  };
  const monitors = (): number => rig.cli('CLIENT', 'LIST').split(/ flags=O /).length - 1;

  it('shows what the server is given, but for what we only look by, until it is told to end', async () => {
    await connect();
    ear.link.probe(true);
    const watching = new Watching(ear);
    await watching.until('"begun"', () => rig.cli('ECHO', 'begun'));
    const before = [ear.of('rtt').length, ear.of('probe').length] as const;
    await ear.until('it was measured', () => ear.of('rtt').length > before[0] && ear.of('probe').length > before[1]);
    rig.cli('-n', '2', 'SET', 'a b', 'ü "x"');
    rig.cli('AUTH', 'amy', 'secret');
    rig.cli('EVAL', `return redis.call('GET', KEYS[1])`, '1', 'k');
    await watching.until('"end"', () => rig.cli('ECHO', 'end'));
    const { seen } = watching;
    const set = seen.find(({ command }) => command === 'SET')!;
    assert.equal(set.text, String.raw`"SET" "a b" "\xc3\xbc \"x\""`);
    assert.equal(set.db, 2);
    assert.match(set.client, /^127\.0\.0\.1:\d+$/);
    assert.ok(Math.abs(set.atMs - Date.now()) < 60_000);
    assert.ok(seen.some(({ client, command }) => client === 'lua' && command === 'GET'));
    assert.ok(seen.some(({ text }) => text === '"AUTH" "(redacted)" "(redacted)"'));
    assert.deepEqual(
      seen.filter(({ command }) => ['PING', 'TIME', 'PUBLISH', 'MONITOR'].includes(command)),
      [],
    );
    assert.equal(monitors(), 1);
    watching.monitor.dispose();
    watching.monitor.dispose();
    assert.deepEqual(watching.ends, [null]);
    await ear.until('it was measured', isMore(ear));
    assert.equal(monitors(), 0);
    assert.equal(ear.lives, 1);
  });

  it('ends when its time is over', async () => {
    await connect();
    const watching = new Watching(ear);
    await watching.until('"begun"', () => rig.cli('ECHO', 'begun'));
    pass!();
    assert.deepEqual(await watching.ended, { code: 'monitor-over', why: 'time', limit: 10 });
  });

  it('ends after so many commands', async () => {
    await connect();
    const watching = new Watching(ear);
    await watching.until('"begun"', () => rig.cli('ECHO', 'begun'));
    rig.cliInput(`EVAL "for i = 1, 25000 do redis.call('GET', 'k') end" 0\n`);
    assert.deepEqual(await watching.ended, { code: 'monitor-over', why: 'many', limit: monitorLimits.commands });
    assert.ok(watching.seen.length <= monitorLimits.commands);
    assert.equal(ear.lives, 1);
  });

  it('is begun right in the middle of heavy traffic', async () => {
    await connect();
    const script = `for i = 1, 3000 do redis.call('SET', 'k', string.rep('x', 20000)) end`;
    const watching = new Watching(ear);
    rig.cliInput(`EVAL "${script}" 0\n`.repeat(3));
    await watching.until('"begun"', () => rig.cli('ECHO', 'begun'));
    rig.cliInput(`EVAL "for i = 1, 10 do redis.call('SET', 'k', string.rep('x', 20000)) end" 0\n`);
    await watching.until('"end"', () => rig.cli('ECHO', 'end'));
    const sets = watching.seen.filter(({ command }) => command === 'SET');
    assert.ok(sets.length >= 10);
    assert.ok(sets.every(({ text }) => text.length === 2_000 && text.startsWith('"SET" "k" "x')));
  });

  it('says why it may not begin', async () => {
    await connect('-monitor');
    const reason = await new Watching(ear).ended;
    assert.match(reasonText(reason!, english), /MONITOR.*ACL SETUSER amy \+monitor$/);
    ear.link.disconnect();
    assert.deepEqual(await new Watching(ear).ended, { code: 'closed' });
  });

  it('says that its connection was lost, and ends with the settings', async () => {
    await connect();
    const watching = new Watching(ear);
    await watching.until('"begun"', () => rig.cli('ECHO', 'begun'));
    const [id = ''] = /id=(\d+)/
      .exec(
        rig
          .cli('CLIENT', 'LIST')
          .split('\n')
          .find((line) => / flags=O /.test(line))!,
      )!
      .slice(1);
    rig.cli('CLIENT', 'KILL', 'ID', id);
    const lost = { code: 'monitor-over', why: 'lost', limit: 0 };
    assert.deepEqual(await watching.ended, lost);
    const next = new Watching(ear);
    ear.link.disconnect();
    assert.deepEqual(await next.ended, lost);
    assert.equal(pass, undefined);
  });

  it('shows the node of a cluster that the namespace is on', async function () {
    this.timeout(60_000);
    let servers: LocalServer[] = [];
    try {
      servers = await startCluster();
      for (const { url } of servers) {
        ear.link.connect({ url, namespaces: ['{shop}:'] });
        const before = ear.lives;
        await ear.until('it is live', () => ear.lives > before);
        const watching = new Watching(ear);
        await watching.until('signalbox_event', () => ear.link.calls('{shop}:').event('a', 'note', '', 'x'));
        watching.monitor.dispose();
      }
    } finally {
      ear.link.dispose();
      await Promise.all(servers.map((server) => server.stop()));
    }
  });
});

function isMore(ear: Ear): () => boolean {
  const before = ear.of('rtt').length;
  return () => ear.of('rtt').length > before;
}
