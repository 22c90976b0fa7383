import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Fleet } from '../support/claude/fleet.ts';
import { edit, read, subagent, type Script } from '../support/claude/script.ts';
import { isEntry, limitMs, Moment, startFleet } from './world.ts';

describe('what a supervisor does to sessions of the real client', function () {
  this.timeout(limitMs);
  let fleet: Fleet;

  beforeEach(async () => {
    fleet = await startFleet({ 'a.md': 'begin\n', 'b.md': 'begin\n' });
    await fleet.setUp();
    await fleet.configure('claims.yieldAfter', 60_000);
  });
  afterEach(() => fleet.stop());

  const text = (file: string): string => readFileSync(fleet.file(file), 'utf8');
  const fcall = (name: string, keys: readonly string[], ...args: (string | number)[]): Promise<unknown> => {
    const all = [`${fleet.ns}agent:seq`, ...keys.map((resource) => `${fleet.ns}lock:${resource}`)];
    return fleet.call('FCALL', `signalbox_${name}`, all.length, ...all, ...args);
  };
  const control = (target: string, action: 'pause' | 'resume'): Promise<unknown> =>
    fcall('control', [], 'ada@desk', target, action, 'a demo');
  const tokenOf = async (resource: string): Promise<string> => {
    const lock = (await fleet.call('GET', `${fleet.ns}lock:${resource}`)) as string;
    return (JSON.parse(lock) as { token: string }).token;
  };

  it('gives a message to the model at its next hook, once, and says that it has come', async () => {
    const session = fleet.session();
    const heard: string[] = [];
    fleet.model.add('works', async function* () {
      yield [read(fleet.file('a.md'))];
      await fcall('send', [], 'ada@desk', session.agent, 'm1', 'look at the other half');
      for (let i = 0; i < 2; i++) heard.push((yield [read(fleet.file('b.md'))]).news);
      return 'done';
    });
    await session.prompt('works');
    await session.close();
    assert.match(heard[0] ?? '', /Signalbox: Message from ada@desk: look at the other half/);
    assert.doesNotMatch(heard[1] ?? '', /look at the other half/);
    const { data } = await fleet.history.until('delivery', isEntry('delivered', session.agent));
    assert.deepEqual(data['ids'], ['m1']);
  });

  for (const whom of ['one', 'fleet'] as const) {
    it(`refuses what a paused ${whom === 'one' ? 'agent' : 'fleet'} would do before its hook is ended, and nothing goes through`, async () => {
      // Claude Code ends the hook then, and lets through what that has not refused.
      const settings = fleet.file('.claude/settings.local.json');
      writeFileSync(settings, readFileSync(settings, 'utf8').replaceAll('"timeout": 60', '"timeout": 3'));
      const session = fleet.session({ env: { SIGNALBOX_HOOK_LIMIT: '3' } });
      let result = { isError: false, text: '' };
      fleet.model.add('works', async function* () {
        yield [read(fleet.file('a.md'))];
        await control(whom === 'one' ? session.agent : '*', 'pause');
        const { results } = yield [edit(fleet.file('a.md'), 'begin', 'changed')];
        result = { isError: results[0]?.isError ?? false, text: results[0]?.text ?? '' };
        return 'done';
      });
      await session.prompt('works');
      await session.close();
      assert.equal(result.isError, true);
      assert.match(result.text, /paused by the supervisor, ada@desk.*: a demo/);
      assert.equal(text('a.md'), 'begin\n');
    });
  }

  it('lets the call go on that a pause kept, when that ends', async () => {
    const session = fleet.session();
    const paused = new Moment();
    fleet.model.add('works', async function* () {
      yield [read(fleet.file('a.md'))];
      await control('*', 'pause');
      paused.now();
      const { results } = yield [edit(fleet.file('a.md'), 'begin', 'changed')];
      assert.equal(results[0]?.isError, false, results[0]?.text ?? '');
      return 'done';
    });
    const done = session.prompt('works');
    await paused.come;
    while ((await fleet.call('ZCARD', `${fleet.ns}signalbox:halted`)) !== 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(text('a.md'), 'begin\n');
    await control('*', 'resume');
    await done;
    await session.close();
    assert.equal(text('a.md'), 'changed\n');
  });

  it('tells of a hand-over and of a break both agents that they concern', async () => {
    const [first, second] = [fleet.session(), fleet.session()];
    const [held, listens, moved] = [new Moment(), new Moment(), new Moment()];
    const news = { first: '', second: '' };
    fleet.model.add('first', async function* () {
      for (const name of ['a.md', 'b.md']) {
        yield [read(fleet.file(name))];
        yield [edit(fleet.file(name), 'begin', 'begin\nof the first')];
      }
      held.now();
      await moved.come;
      news.first = (yield [read(fleet.file('a.md'))]).news;
      return 'done';
    });
    fleet.model.add('second', async function* () {
      yield [read(fleet.file('b.md'))];
      listens.now();
      await held.come;
      const { results, news: told } = yield [edit(fleet.file('b.md'), 'begin', 'begin\nof the second')];
      assert.equal(results[0]?.isError, false, results[0]?.text ?? '');
      news.second = told;
      return 'done';
    });
    const done = Promise.all([first.prompt('first'), second.prompt('second')]);
    await Promise.all([held.come, listens.come]);
    await fleet.history.until('wait of the second', isEntry('wait', second.agent, 'b.md'));
    await fcall('transfer', ['a.md'], 'ada@desk', second.agent, await tokenOf('a.md'), 60_000, 'it is yours');
    await fcall('transfer', ['b.md'], 'ada@desk', '', await tokenOf('b.md'), 0, 'it took too long');
    moved.now();
    await done;
    await Promise.all([first.close(), second.close()]);
    assert.match(news.first, /"a\.md" was handed to .* by ada@desk: it is yours/);
    assert.match(news.first, /"b\.md" was ended by ada@desk: it took too long/);
    assert.match(news.second, /You now hold "a\.md", which ada@desk took from .*: it is yours/);
    assert.match(news.second, /You now hold "b\.md", for which you waited: ada@desk ended .*: it took too long/);
  });

  it('refuses to start more agents than there may be, with the reason', async () => {
    await fleet.configure('agents.max', 1);
    const session = fleet.session();
    let refusal = '';
    const child: Script = async function* () {
      yield [read(fleet.file('a.md'))];
      return 'done';
    };
    fleet.model.add('child', child);
    fleet.model.add('parent', async function* () {
      const { results } = yield [subagent('child')];
      refusal = results[0]?.isError === true ? results[0].text : 'not refused';
      await fleet.configure('agents.max', 2);
      const again = yield [subagent('child')];
      assert.equal(again.results[0]?.isError, false, again.results[0]?.text ?? '');
      return 'done';
    });
    await session.prompt('parent');
    await session.close();
    assert.match(refusal, /there is 1 agent; 1 is the most that this fleet may have.*can raise the cap/);
  });
});
