import assert from 'node:assert/strict';
import { activityOf } from '../../../src/protocol/activity.ts';
import { workFiles } from '../../../src/agent/sample/sampleFiles.ts';
import { roster } from '../../../src/agent/fleet/roster.ts';
import { parseJob } from '../../../src/agent/fleet/job.ts';
import { newborn, nextStep, nothing, type Mind } from '../../../src/agent/fleet/mind.ts';
import { World } from './world.ts';

const hour = 3_600_000;

function lived(seed: number): World {
  const world = new World(9, seed, workFiles);
  world.liveFor(hour);
  return world;
}

describe('The simulated fleet', () => {
  it('does the same for the same seed and something else for another', () => {
    const trace = (seed: number): string => {
      const world = new World(5, seed, workFiles);
      world.liveFor(300_000);
      return JSON.stringify(world.log);
    };
    assert.equal(trace(1), trace(1));
    assert.notEqual(trace(1), trace(2));
  });

  it('counts its versions up, over crashes too, and what it says late is never newer', () => {
    const last = new Map<string, number>();
    for (const { agent, act } of lived(1).log) {
      if (!('do' in act)) continue;
      const known = last.get(agent) ?? 0;
      if (act.do === 'say') {
        assert.ok(act.state.ver > known, `${agent} said ${act.state.ver} after ${known}`);
        last.set(agent, act.state.ver);
      }
      if (act.do === 'sayLate') assert.ok(act.state.ver < known);
    }
    assert.equal(last.size, 9);
  });

  it('works only on files whose lock it holds, and releases or leaves each to expire', () => {
    const holds = new Map<string, string>();
    for (const { agent, act } of lived(2).log) {
      if ('ask' in act) {
        if (act.ask === 'lock' && act.answer.to === 'lock' && act.answer.got) holds.set(agent, act.path);
        continue;
      }
      const held = holds.get(agent);
      if (act.do === 'say' && activityOf(String(act.state['status'])) === 'active')
        assert.equal(act.state['file'], held);
      if (act.do === 'edit') assert.equal(act.path, held);
      if (act.do === 'finish') assert.equal(act.job.path, held);
      if (act.do === 'drop' || act.do === 'unlock') holds.delete(agent);
    }
  });

  it('holds a file for 8 to 40 seconds, and one without an expiry about 15', () => {
    const since = new Map<string, { at: number; ttlMs: number | null }>();
    const [held, eternal]: [number[], number[]] = [[], []];
    for (const { agent, at, act } of lived(3).log) {
      if ('ask' in act) {
        if (act.ask === 'lock' && act.answer.to === 'lock' && act.answer.got)
          since.set(agent, { at, ttlMs: act.ttlMs });
        continue;
      }
      const start = since.get(agent);
      if (act.do === 'unlock' && start) (start.ttlMs === null ? eternal : held).push(at - start.at);
      if (act.do === 'drop') assert.notEqual(start?.ttlMs, null, 'nobody would clean up');
      if (act.do === 'drop' || act.do === 'unlock') since.delete(agent);
    }
    assert.ok(held.length > 300 && eternal.length > 3, `${held.length} and ${eternal.length}`);
    // A step of work is at most 5 s, and the first one up to 2.5 s longer.
    for (const ms of held) assert.ok(ms >= 8_000 && ms <= 43_000, String(ms));
    for (const ms of eternal) assert.ok(ms >= 15_000 && ms <= 18_000, String(ms));
  });

  it('shows something every second, and everything that goes wrong now and then', () => {
    const { log } = lived(4);
    const seconds = new Set(log.filter(({ act }) => 'do' in act).map(({ at }) => Math.floor(at / 1000)));
    assert.ok(seconds.size > 0.85 * 3600, `${seconds.size} of 3600 seconds`);
    const done = new Map<string, number>();
    for (const { act } of log) if ('do' in act) done.set(act.do, (done.get(act.do) ?? 0) + 1);
    for (const kind of ['say', 'sayLate', 'garble', 'edit', 'finish', 'fail', 'unlock', 'drop', 'giveBack']) {
      assert.ok((done.get(kind) ?? 0) > 3, `${kind}: ${done.get(kind) ?? 0}`);
    }
    assert.ok(log.some(({ act }) => 'do' in act && act.do === 'say' && act.state['status'] === 'waiting'));
  });

  it('keeps queues short, ends its runs and begins others', () => {
    const world = lived(5);
    assert.ok(world.longestQueue <= 9 + 4 + 9, String(world.longestQueue));
    assert.ok(world.runsEnded.length >= 5, String(world.runsEnded.length));
    assert.ok(world.locks.size <= 9);
  });

  it('gives back what it was at when it crashed, and releases what is still its own', () => {
    const answer = { to: 'boot', ver: 41, task: 'edit:src/db/schema.ts', status: 'working' } as const;
    const { acts, mind } = nextStep(newborn, answer, () => 0.5);
    assert.deepEqual(
      acts.map((act) => act.do),
      ['say', 'unlock', 'giveBack'],
    );
    assert.equal(mind.ver, 42);
    const done = nextStep(newborn, { ...answer, status: 'done' }, () => 0.5);
    assert.deepEqual(
      done.acts.map((act) => act.do),
      ['say'],
    );
  });

  it('fails the job when a renewal says that the lock is not its own any more', () => {
    const job = parseJob('edit:src/db/schema.ts');
    assert.ok(job);
    const mind: Mind = { phase: 'work', ver: 5, job, expires: true, totalMs: 20_000, leftMs: 9_000, renewInMs: 8_000 };
    const { acts } = nextStep(mind, { to: 'renew', ours: false }, () => 0.99);
    assert.deepEqual(
      acts.map((act) => act.do),
      ['say', 'fail', 'unlock'],
    );
    assert.equal(nextStep(mind, nothing, () => 0.99).acts[0]?.do, 'say');
  });

  it('takes only jobs whose path stays below the sample', () => {
    assert.deepEqual(parseJob('edit:src/a.ts'), { text: 'edit:src/a.ts', verb: 'edit', path: 'src/a.ts' });
    for (const text of [
      '',
      'edit',
      'edit:',
      'edit:../x',
      'edit:a/../../x',
      'edit:/etc/passwd',
      'rm:src/a.ts',
      'edit:a b',
    ]) {
      assert.equal(parseJob(text), null, text);
    }
  });

  it('has a lead, several hosts and some parents, all of them members', () => {
    const members = roster(9);
    assert.equal(new Set(members.map(({ id }) => id)).size, 9);
    assert.equal(members[0]?.role, 'lead');
    assert.ok(new Set(members.map(({ host }) => host)).size > 2);
    const children = members.filter(({ parent }) => parent !== null);
    assert.ok(children.length >= 2 && children.every(({ parent }) => members.some(({ id }) => id === parent)));
    assert.deepEqual(roster(0), []);
  });
});
