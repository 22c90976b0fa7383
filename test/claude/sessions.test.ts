import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Fleet } from '../support/claude/fleet.ts';
import { overlapsOf } from '../support/claude/holds.ts';
import { bash, edit, read, type Script, write } from '../support/claude/script.ts';
import { isEntry, limitMs, Moment, startFleet } from './world.ts';

describe('sessions of the real client that want the same file', function () {
  this.timeout(limitMs);
  let fleet: Fleet;

  beforeEach(async () => {
    fleet = await startFleet({ 'a.md': 'begin\n', 'b.md': 'begin\n' });
    await fleet.setUp();
    // Nobody yields in the middle of a test that does not say so.
    await fleet.configure('claims.yieldAfter', 60_000);
  });
  afterEach(() => fleet.stop());

  const text = (file: string): string => readFileSync(fleet.file(file), 'utf8');
  /** Edits a file, and says so; goes on with the rest when it is time. */
  const holding = (file: string, line: string, has: Moment, until: () => Promise<unknown>): Script =>
    async function* () {
      yield [read(fleet.file(file))];
      yield [edit(fleet.file(file), 'begin', `begin\n${line}`)];
      has.now();
      await until();
      return 'done';
    };

  it('lets the second one wait until the first one is done, and nothing is lost', async () => {
    const held = new Moment();
    const [first, second] = [fleet.session(), fleet.session()];
    const waiting = (): Promise<unknown> =>
      fleet.history.until('wait of the second', isEntry('wait', second.agent, 'a.md'));
    fleet.model.add('first', holding('a.md', 'of the first', held, waiting));
    fleet.model.add('second', async function* () {
      await held.come;
      yield [read(fleet.file('a.md'))];
      const { results } = yield [edit(fleet.file('a.md'), 'begin', 'begin\nof the second')];
      assert.equal(results[0]?.isError, false, results[0]?.text ?? '');
      return 'done';
    });
    await Promise.all([first.prompt('first'), second.prompt('second')]);
    assert.equal(text('a.md'), 'begin\nof the second\nof the first\n');
    await Promise.all([first.close(), second.close()]);
    const entries = await fleet.history.read();
    assert.deepEqual(overlapsOf(entries), { holds: 2, overlaps: 0 });
    assert.deepEqual(await fleet.leases(), {});
  });

  it('takes a file over that its holder has not edited for a while, in the middle of its work', async () => {
    await fleet.configure('claims.yieldAfter', 1_000);
    const held = new Moment();
    const [first, second] = [fleet.session(), fleet.session()];
    const given = (): Promise<unknown> =>
      fleet.history.until(
        'hand-over',
        ({ agent, data }) => agent === second.agent && data['resource'] === 'a.md' && data['token'] !== undefined,
      );
    fleet.model.add('first', async function* (turn) {
      yield* holding('a.md', 'of the first', held, given)(turn);
      const { news } = yield [read(fleet.file('b.md'))];
      assert.match(news, /Signalbox: .*a\.md/, 'whoever had it is told');
      return 'done';
    });
    fleet.model.add('second', async function* () {
      await held.come;
      yield [read(fleet.file('a.md'))];
      const { results } = yield [edit(fleet.file('a.md'), 'begin', 'begin\nof the second')];
      assert.equal(results[0]?.isError, false, results[0]?.text ?? '');
      return 'done';
    });
    await Promise.all([first.prompt('first'), second.prompt('second')]);
    assert.equal(text('a.md'), 'begin\nof the second\nof the first\n');
    await Promise.all([first.close(), second.close()]);
    assert.equal(overlapsOf(await fleet.history.read()).overlaps, 0);
  });

  it('refuses what it waited for in vain, and the model is told whose it is and to do something else', async () => {
    await fleet.configure('claims.wait', 1_000);
    const [held, refused] = [new Moment(), new Moment()];
    const [first, second] = [fleet.session(), fleet.session()];
    let reason = '';
    fleet.model.add(
      'first',
      holding('a.md', 'of the first', held, () => refused.come),
    );
    fleet.model.add('second', async function* () {
      await held.come;
      yield [read(fleet.file('a.md'))];
      const { results } = yield [edit(fleet.file('a.md'), 'begin', 'begin\nof the second')];
      reason = results[0]?.isError === true ? results[0].text : 'not refused';
      yield [write(fleet.file('c.md'), 'something else')];
      refused.now();
      return 'done';
    });
    await Promise.all([first.prompt('first'), second.prompt('second')]);
    const { data } = await fleet.history.until('name of the first', isEntry('hello', first.agent));
    assert.ok(reason.startsWith('PreToolUse:Edit hook error: Signalbox: a.md is claimed by '), reason);
    assert.ok(reason.includes(` ${String(data['name'])},`), `${reason} has not the name ${String(data['name'])}`);
    assert.match(reason, /at place 1 in line.*The file was not changed\. Work on something else/);
    const left = await fleet.history.until('end of the wait', isEntry('unwait', second.agent));
    assert.equal(left.data['reason'], 'cancelled');
    await fleet.history.until('refusal', isEntry('denied', second.agent, 'a.md'));
    assert.equal(text('a.md'), 'begin\nof the first\n');
    assert.equal(text('c.md'), 'something else');
    await Promise.all([first.close(), second.close()]);
    assert.deepEqual(await fleet.leases(), {});
  });

  it('lets one that was refused wait in its shell, unasked, and edit then what that got for it', async () => {
    await fleet.configure('claims.wait', 1_000);
    const held = new Moment();
    const [first, second] = [fleet.session(), fleet.session()];
    const inShell = (): Promise<unknown> =>
      fleet.history.until(
        'wait in the shell',
        (entry) => isEntry('wait', second.agent, 'a.md')(entry) && !String(entry.data['wait']).startsWith('hook-'),
      );
    fleet.model.add('first', holding('a.md', 'of the first', held, inShell));
    fleet.model.add('second', async function* () {
      await held.come;
      yield [read(fleet.file('a.md'))];
      const refused = yield [edit(fleet.file('a.md'), 'begin', 'begin\nof the second')];
      const [, command = ''] = /`(signalbox wait [^`]+)`/.exec(refused.news) ?? [];
      const waited = yield [bash(command)];
      assert.equal(waited.results[0]?.isError, false, `${command}: ${waited.news}`);
      yield [read(fleet.file('a.md'))];
      const { results } = yield [edit(fleet.file('a.md'), 'begin', 'begin\nof the second')];
      assert.equal(results[0]?.isError, false, results[0]?.text ?? '');
      return 'done';
    });
    await Promise.all([first.prompt('first'), second.prompt('second')]);
    assert.equal(text('a.md'), 'begin\nof the second\nof the first\n');
    await Promise.all([first.close(), second.close()]);
    assert.equal(overlapsOf(await fleet.history.read()).overlaps, 0);
    assert.deepEqual(await fleet.leases(), {});
  });

  it('refuses one of two that would wait for each other, and the other goes on', async () => {
    const [firstHeld, secondHeld] = [new Moment(), new Moment()];
    const [first, second] = [fleet.session(), fleet.session()];
    let reason = '';
    fleet.model.add('first', async function* (turn) {
      yield* holding('a.md', 'of the first', firstHeld, () => secondHeld.come)(turn);
      yield [read(fleet.file('b.md'))];
      const { results } = yield [edit(fleet.file('b.md'), 'begin', 'begin\nof the first')];
      assert.equal(results[0]?.isError, false, results[0]?.text ?? '');
      return 'done';
    });
    fleet.model.add('second', async function* (turn) {
      const waiting = (): Promise<unknown> =>
        fleet.history.until('wait of the first', isEntry('wait', first.agent, 'b.md'));
      yield* holding('b.md', 'of the second', secondHeld, waiting)(turn);
      yield [read(fleet.file('a.md'))];
      const { results } = yield [edit(fleet.file('a.md'), 'begin', 'begin\nof the second')];
      reason = results[0]?.isError === true ? results[0].text : 'not refused';
      return 'done';
    });
    await Promise.all([first.prompt('first'), second.prompt('second')]);
    assert.match(reason, /Signalbox: waiting for a\.md would never end/);
    assert.equal(text('a.md'), 'begin\nof the first\n');
    assert.equal(text('b.md'), 'begin\nof the first\nof the second\n');
    const entries = await fleet.history.read();
    assert.deepEqual(
      entries.filter(({ kind }) => kind === 'deadlock').map(({ agent }) => agent),
      [second.agent],
    );
    await Promise.all([first.close(), second.close()]);
    assert.deepEqual(await fleet.leases(), {});
  });
});
