import assert from 'node:assert/strict';
import { activityOf } from '../../../src/protocol/activity.ts';
import { workFiles } from '../../../src/agent/sample/sampleFiles.ts';
import { roster } from '../../../src/agent/fleet/roster.ts';
import { parseJob } from '../../../src/agent/fleet/job.ts';
import { nothing } from '../../../src/agent/fleet/acts.ts';
import { newborn, nextStep, type Mind } from '../../../src/agent/fleet/mind.ts';
import { World } from './world.ts';

const hour = 3_600_000;
const plain = { plain: true, parent: null };
const member = { plain: false, parent: null };
const plainIds = new Set(roster(9, true).flatMap((each) => (each.plain ? [each.id] : [])));

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

  it('holds a file for 6 to 40 seconds, and one without an expiry about 15', () => {
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
    for (const ms of held) assert.ok(ms >= 6_000 && ms <= 43_000, String(ms));
    for (const ms of eternal) assert.ok(ms >= 15_000 && ms <= 18_000, String(ms));
  });

  it('shows something every second, and everything that goes wrong now and then', () => {
    const { log } = lived(4);
    const seconds = new Set(log.filter(({ act }) => 'do' in act).map(({ at }) => Math.floor(at / 1000)));
    assert.ok(seconds.size > 0.85 * 3600, `${seconds.size} of 3600 seconds`);
    const done = new Map<string, number>();
    for (const { act } of log) if ('do' in act) done.set(act.do, (done.get(act.do) ?? 0) + 1);
    for (const kind of ['say', 'sayLate', 'garble', 'edit', 'finish', 'fail', 'report', 'unlock', 'drop', 'giveBack']) {
      assert.ok((done.get(kind) ?? 0) > 3, `${kind}: ${done.get(kind) ?? 0}`);
    }
    assert.ok(log.some(({ act }) => 'do' in act && act.do === 'say' && act.state['status'] === 'waiting'));
  });

  it('lets only plain agents forget an expiry, say what is stale or no JSON, and fail again and again', () => {
    const fails = new Map<string, number>();
    for (const { agent, act } of lived(6).log) {
      const isPlain = plainIds.has(agent);
      if ('ask' in act) {
        if (act.ask === 'lock') assert.ok(isPlain ? act.line === null : act.ttlMs !== null, agent);
        continue;
      }
      if (act.do === 'sayLate' || act.do === 'garble') assert.ok(isPlain, agent);
      if (act.do === 'fail') fails.set(act.trouble, (fails.get(act.trouble) ?? 0) + 1);
    }
    // The same trouble again is no further row for whoever looks.
    const [often, others] = [[...fails.keys()].filter((text) => (fails.get(text) ?? 0) > 3), fails.size];
    assert.ok(often.length === 2 && others <= 8, JSON.stringify([...fails]));
  });

  it('waits in line with the library, where most waits end with the lock', () => {
    const waits = lived(7).log.flatMap(({ agent, act }) =>
      'ask' in act && act.ask === 'lock' && act.line !== null && act.answer.to === 'lock'
        ? [{ agent, ...act.answer }]
        : [],
    );
    assert.ok(waits.length > 100 && waits.every(({ agent }) => !plainIds.has(agent)));
    assert.ok(waits.filter(({ got }) => got).length > 0.8 * waits.length);
    const claim: Mind = { phase: 'seek', ver: 4, jobs: 0 };
    const job = parseJob('edit:src/db/schema.ts');
    const { mind, ask } = nextStep(member, claim, { to: 'job', job, paused: false }, () => 0.1);
    assert.ok(ask?.ask === 'lock' && ask.line?.meanwhile.ver === 5);
    const granted = nextStep(member, mind, { to: 'lock', got: true }, () => 0.1);
    assert.equal(granted.mind.ver, 6, 'the version after the one said in line');
    const inVain = nextStep(member, mind, { to: 'lock', got: false }, () => 0.1);
    assert.deepEqual(
      inVain.acts.map((act) => act.do),
      ['say', 'giveBack'],
    );
  });

  it('lets a child look at what its parent works on, and give it back', () => {
    const { log } = lived(8);
    const holder = new Map<string, string>();
    let taken = 0;
    for (const { agent, act } of log) {
      if ('ask' in act && act.ask === 'lock' && act.answer.to === 'lock' && act.answer.got) {
        if (agent.endsWith('/review') && holder.get(act.path) === agent.replace('/review', '')) taken++;
        holder.set(act.path, agent);
      }
      if ('do' in act && act.do === 'unlock' && holder.get(act.path) === agent) holder.delete(act.path);
      if ('do' in act && act.do === 'report') assert.match(agent, /\/review$/);
    }
    assert.ok(taken > 20, String(taken));
  });

  it('has no two agents at one task, which would alarm whoever looks', () => {
    const atWork = new Map<string, string>();
    const isKin = (one: string, other: string): boolean => one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
    for (const seed of [9, 10, 11]) {
      for (const { agent, act } of lived(seed).log) {
        if (!('do' in act) || act.do !== 'say') continue;
        atWork.delete(agent);
        if (activityOf(String(act.state['status'])) !== 'active') continue;
        const task = String(act.state['task']);
        const others = [...atWork].filter(([other, theirs]) => theirs === task && !isKin(agent, other));
        assert.deepEqual(others, [], `${agent} at ${task}`);
        atWork.set(agent, task);
      }
      atWork.clear();
    }
  });

  it('begins nothing while it is told to pause', () => {
    const seek: Mind = { phase: 'seek', ver: 4, jobs: 0 };
    const { acts, ask, mind } = nextStep(member, seek, { to: 'job', job: null, paused: true }, () => 0.5);
    const [say] = acts;
    assert.ok(say?.do === 'say' && say.state['note'] === 'paused');
    assert.deepEqual([ask, mind.phase], [null, 'seek']);
  });

  it('keeps queues short, ends its runs and begins others', () => {
    const world = lived(5);
    assert.ok(world.longestQueue <= 9 + 4 + 9, String(world.longestQueue));
    assert.ok(world.runsEnded.length >= 5, String(world.runsEnded.length));
    assert.ok(world.locks.size <= 9);
  });

  it('gives back what it was at when it crashed, and releases what is still its own', () => {
    const answer = { to: 'boot', ver: 41, task: 'edit:src/db/schema.ts', status: 'working' } as const;
    const { acts, mind } = nextStep(plain, newborn, answer, () => 0.5);
    assert.deepEqual(
      acts.map((act) => act.do),
      ['say', 'unlock', 'giveBack'],
    );
    assert.equal(mind.ver, 42);
    const done = nextStep(plain, newborn, { ...answer, status: 'done' }, () => 0.5);
    assert.deepEqual(
      done.acts.map((act) => act.do),
      ['say'],
    );
  });

  it('fails the job when a renewal says that the lock is not its own any more', () => {
    const job = parseJob('edit:src/db/schema.ts');
    assert.ok(job);
    const times = { totalMs: 20_000, leftMs: 9_000, renewInMs: 8_000 };
    const mind: Mind = { phase: 'work', ver: 5, jobs: 1, job, expires: true, queued: true, ...times };
    const { acts } = nextStep(member, mind, { to: 'renew', ours: false }, () => 0.99);
    assert.deepEqual(
      acts.map((act) => act.do),
      ['say', 'fail', 'unlock'],
    );
    assert.equal(nextStep(member, mind, nothing, () => 0.99).acts[0]?.do, 'say');
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
    const members = roster(9, true);
    assert.equal(new Set(members.map(({ id }) => id)).size, 9);
    assert.equal(members[0]?.role, 'lead');
    assert.ok(new Set(members.map(({ host }) => host)).size > 2);
    const children = members.filter(({ parent }) => parent !== null);
    assert.ok(children.length >= 2 && children.every(({ parent }) => members.some(({ id }) => id === parent)));
    const plainOnes = members.filter((each) => each.plain);
    assert.equal(plainOnes.length, 2);
    assert.ok(plainOnes.every(({ id, role }) => role === 'worker' && !children.some(({ parent }) => parent === id)));
    for (const { id, parent } of children) assert.ok(id.startsWith(`${parent}/`), 'as the library tells kin');
    assert.ok(roster(9, false).every((each) => each.plain));
    assert.deepEqual(roster(0, true), []);
  });
});
