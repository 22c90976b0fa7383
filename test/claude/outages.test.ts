import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Fleet, FleetSession } from '../support/claude/fleet.ts';
import { edit, read, type Script } from '../support/claude/script.ts';
import { isEntry, limitMs, startFleet } from './world.ts';

/** Words of what went wrong, which is nothing that a model could do anything about. */
const troubled = /redis|ECONN|refused|NOAUTH|ERR |timed? ?out|signalbox/i;

describe('sessions of the real client while Redis is away', function () {
  this.timeout(limitMs);
  let fleet: Fleet;
  let session: FleetSession;

  beforeEach(async () => {
    fleet = await startFleet({ 'a.md': 'begin\n' });
    await fleet.setUp();
    session = fleet.session();
  });
  afterEach(() => fleet.stop());

  /** Three edits: before, while and after it is away. */
  const editing = (leave: () => unknown, comeBack: () => unknown): Script =>
    async function* () {
      yield [read(fleet.file('a.md'))];
      yield [edit(fleet.file('a.md'), 'begin', 'begin\nbefore')];
      await leave();
      yield [edit(fleet.file('a.md'), 'begin', 'begin\nmeanwhile')];
      await comeBack();
      yield [edit(fleet.file('a.md'), 'begin', 'begin\nafter')];
      return 'done';
    };

  async function goesOn(leave: () => unknown, comeBack: () => unknown): Promise<void> {
    fleet.model.add('editor', editing(leave, comeBack));
    await session.prompt('editor');
    assert.equal(readFileSync(fleet.file('a.md'), 'utf8'), 'begin\nafter\nmeanwhile\nbefore\n');
    const [, ...told] = fleet.model.toldTo('editor');
    for (const { news } of told) assert.doesNotMatch(news, troubled);
    const unguarded = await fleet.history.until(
      'word of the unguarded edit',
      isEntry('unclaimed', session.agent, 'a.md'),
    );
    assert.equal(unguarded.data['detail'], 'redis-down');
    await session.close();
    assert.deepEqual(await fleet.leases(), {});
  }

  it('goes on when it was killed, and the unguarded edit is told when it is back, even empty', async () => {
    await goesOn(
      () => fleet.killServer(),
      () => fleet.restartServer(),
    );
  });

  it('goes on when it hangs, and the unguarded edit is told when it answers again', async () => {
    await goesOn(
      () => process.kill(fleet.server.pid, 'SIGSTOP'),
      () => process.kill(fleet.server.pid, 'SIGCONT'),
    );
  });
});
