import assert from 'node:assert/strict';
import { ancestorsOf, chainOf, processesIn } from '../../../src/redis/ancestors.ts';

describe('the processes that started a process', () => {
  it('are read from what ps and PowerShell print', async () => {
    const known = processesIn(
      '    1     0 /sbin/launchd\n  200     1 /App/Code --type=ptyHost\n  310   200 -zsh\n\n 9 x',
    );
    assert.deepEqual(await chainOf(310, (pid) => known.get(pid) ?? null), [
      { pid: 310, line: '-zsh' },
      { pid: 200, line: '/App/Code --type=ptyHost' },
    ]);
    assert.deepEqual(processesIn('4 0 \r\n').get(4), { pid: 4, parent: 0, line: '' });
  });

  it('end where they would go in a circle', async () => {
    const chain = await chainOf(5, (pid) => ({ pid, parent: pid === 5 ? 6 : 5, line: '' }));
    assert.deepEqual(
      chain.map(({ pid }) => pid),
      [5, 6],
    );
    const long = await chainOf(1_000, (pid) => ({ pid, parent: pid + 1, line: '' }));
    assert.equal(long.length, 64);
  });

  it('are found on this machine', async function () {
    const chain = await ancestorsOf(process.pid);
    if (chain === null) return this.skip();
    assert.deepEqual(
      chain.slice(0, 2).map(({ pid }) => pid),
      [process.pid, process.ppid],
    );
    assert.match(chain[0]?.line ?? '', /node/);
  });

  it('are none of a process that is not there', async () => {
    assert.deepEqual(await ancestorsOf(2 ** 22 + 5, 'linux'), []);
  });
});
