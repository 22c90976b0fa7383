import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock, type FineClock } from '../../../src/protocol/clock.ts';
import { Ear } from '../../support/ear.ts';
import { oddTime, type OddServer } from '../../support/oddServers.mts';
import { Rig } from '../../support/rig.ts';

describe("the server's clock", () => {
  let rig: Rig;
  let ear: Ear | undefined;
  let between: OddServer | undefined;
  const listen = (clock?: FineClock): Ear => (ear = new Ear(clock));

  beforeEach(() => {
    rig = new Rig();
  });
  afterEach(async () => {
    ear?.link.dispose();
    between?.close();
    await rig.dispose();
  });

  it('is told finely, again and again, and known as our own', async () => {
    await rig.serve();
    listen().link.connect({ url: rig.server.url, namespaces: [''] });
    await ear!.until('it was told three times', () => ear!.of('clock').length >= 3);
    const [first, ...later] = ear!.of('clock');
    assert.equal(first!.fine, undefined, 'one answer alone is not worth enough for it');
    for (const { skewMs, fine } of later) {
      assert.ok(fine, 'the fine one is there');
      assert.equal(fine.isOurs, true);
      assert.ok(Math.abs(skewMs) <= 2 + fine.errorMs);
      // Both clocks are this machine's, so what the offset makes of the fine one is the time by the other.
      assert.ok(Math.abs(systemClock.fine() + fine.offsetMs - systemClock.now()) <= 2 + 2 * fine.errorMs);
    }
    assert.ok(ear!.of('rtt').length >= 1);
    assert.match(rig.cli('INFO', 'commandstats'), /cmdstat_time:calls=([5-9]|\d\d)/);
  });

  it('over a socket in the file system is our own too', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'signalbox-socket-'));
    try {
      await rig.serve(['--unixsocket', path.join(folder, 'redis.sock')]);
      listen().link.connect({ url: `unix://${path.join(folder, 'redis.sock')}`, namespaces: [''] });
      await ear!.until('it was told finely', () => ear!.of('clock').length >= 2);
      assert.equal(ear!.of('clock')[1]!.fine?.isOurs, true);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('that is another than ours is told as such', async () => {
    await rig.serve();
    const hour = 3_600_000;
    const slow: FineClock = {
      now: () => systemClock.now() - hour,
      fine: () => systemClock.fine(),
      after: (ms, call) => systemClock.after(ms, call),
    };
    listen(slow).link.connect({ url: rig.server.url, namespaces: [''] });
    await ear!.until('it was told finely', () => ear!.of('clock').length >= 2);
    const [, { skewMs, fine } = assert.fail()] = ear!.of('clock');
    assert.equal(fine?.isOurs, false);
    assert.ok(Math.abs(skewMs - hour) <= 2 + fine.errorMs);
  });

  it('is not told where it may not be asked, and the way there is measured all the same', async () => {
    await rig.serve();
    rig.cli('ACL', 'SETUSER', 'amy', 'on', '>secret', '~*', '&*', '+@all', '-time');
    listen().link.connect({ url: rig.server.url, username: 'amy', password: 'secret', namespaces: [''] });
    await ear!.until('it was measured twice', () => ear!.of('rtt').length >= 2);
    assert.equal(ear!.of('clock').length, 0);
    assert.equal(ear!.lives, 1);
  });

  /** A connection by way of something that makes another answer to TIME of the server's. */
  const connectThrough = async (
    answer: (count: number, seconds: string, microseconds: string) => string,
  ): Promise<void> => {
    await rig.serve();
    let count = 0;
    between = await oddTime(rig.server.port, (...told) => answer(++count, ...told));
    listen().link.connect({ url: between.url, namespaces: [''] });
  };

  it('is not told where what is answered is no time', async () => {
    for (const answer of [
      '*2\r\n+x\r\n+y\r\n',
      '+OK\r\n',
      ':5\r\n',
      '*0\r\n',
      '*2\r\n+1e300\r\n+0\r\n',
      '*2\r\n+-5\r\n+0\r\n',
    ]) {
      rig = new Rig();
      await connectThrough(() => answer);
      await ear!.until('it was measured', () => ear!.of('rtt').length >= 1);
      assert.equal(ear!.of('clock').length, 0, answer);
      ear!.link.dispose();
      between!.close();
      await rig.dispose();
    }
  });

  it('is not taken from a single answer that contradicts those before', async () => {
    await connectThrough((count, seconds, microseconds) => {
      const hour = count === 6 ? 3_600 : 0;
      return `*2\r\n+${String(Number(seconds) + hour)}\r\n+${microseconds}\r\n`;
    });
    const asked = (): number => ear!.of('rtt').length;
    await ear!.until('it was asked in doubt', () => asked() >= 3);
    for (const { skewMs } of ear!.of('clock')) assert.ok(Math.abs(skewMs) < 60_000, String(skewMs));
  });
});
