import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FleetModel } from '../../../src/model/fleetModel.ts';
import type { FeedMessage } from '../../../src/protocol/messages.ts';
import type { Status } from '../../../src/protocol/status.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { agentSeen, changeOf, leaseSeen, stateOf, type Brief } from './libraryNews.ts';

const agents = ['s', 's/1', 't', 'u', 'ada@h'];
const files = ['x', 'src/y.ts'];

/** What happened, as the server has it: each step with what there is after it. */
class Course {
  readonly #atUs: number;
  readonly steps: { message: FeedMessage; after: FeedMessage }[] = [];
  readonly #leases = new Map<string, { agent: string; token: number }>();
  readonly #waits = new Map<string, { agent: string; resource: string }>();
  readonly #pauses = new Map<string, string>();
  readonly #known = new Map<string, { seq: number; team: string | null }>();
  readonly #states = new Map<string, ReturnType<typeof stateOf>>();

  constructor(atUs: number) {
    this.#atUs = atUs;
    for (const agent of agents) this.#hello(agent);
  }

  get #seq(): number {
    return this.steps.length;
  }

  step(kind: number, who: number, what: number): void {
    const [agent, resource] = [agents[who % agents.length]!, files[what % files.length]!];
    const held = this.#leases.get(resource);
    const waitId = `w-${agent}-${resource}`;
    if (kind === 0 && !held) {
      this.#leases.set(resource, { agent, token: this.#seq + 1_000 });
      this.#change({ kind: 'claim', agent, resource, token: this.#seq + 1_000, ttlMs: 3_600_000 });
    } else if (kind === 1 && held) {
      this.#leases.delete(resource);
      this.#change({ kind: 'release', agent: held.agent, resource, token: held.token });
    } else if (kind === 2 && held && held.agent !== agent && !this.#waits.has(waitId)) {
      this.#waits.set(waitId, { agent, resource });
      this.#change({ kind: 'wait', agent, waitId, resources: [resource], holder: held.agent });
    } else if (kind === 3 && this.#waits.delete(waitId)) {
      this.#change({ kind: 'unwait', agent, waitId });
    } else if (kind === 4 && held && held.agent !== agent && !this.#waits.has(waitId)) {
      this.#leases.set(resource, { agent, token: this.#seq + 1_000 });
      this.#change({ kind: 'transfer', agent, resource, token: this.#seq + 1_000, ttlMs: 3_600_000, from: held.agent });
    } else if (kind === 5) {
      const target = what % 2 === 0 ? agent : '*';
      const isPaused = this.#pauses.has(target);
      if (isPaused) this.#pauses.delete(target);
      else this.#pauses.set(target, 'ada@h');
      this.#change({ kind: 'control', agent: 'ada@h', target, action: isPaused ? 'resume' : 'pause' });
    } else if (kind === 6) {
      const state = stateOf(agent, 1, { ver: this.#seq + 1, status: 'working', task: `task ${this.#seq}` });
      this.#states.set(agent, state);
      this.#push({ kind: 'accepted', ns: '', message: state, seq: this.#seq + 1, atUs: this.#atUs, recovered: false });
    }
  }

  #hello(agent: string): void {
    const team = agent === 't' || agent === 'u' ? 'crew' : null;
    const role = agent.includes('@') ? 'person' : null;
    this.#known.set(agent, { seq: this.#seq + 1, team });
    this.#change({ kind: 'hello', agent, team, role });
  }

  #change(brief: Brief): void {
    const seq = this.#seq + 1;
    this.#push({ kind: 'change', ns: '', change: changeOf(brief), seq, atUs: this.#atUs, recovered: false });
  }

  #push(message: FeedMessage): void {
    const after: FeedMessage = {
      kind: 'snapshot',
      ns: '',
      seq: this.#seq + 1,
      states: [...this.#states.values()],
      agents: [...this.#known].map(([agent, { team }]) =>
        agentSeen(agent, agent.includes('@') ? { team, role: 'person', heardAt: this.#atUs / 1_000 } : { team }),
      ),
      leases: [...this.#leases].map(([resource, { agent, token }]) =>
        leaseSeen(resource, agent, token, { since: this.#atUs / 1_000, leftMs: 3_600_000 }),
      ),
      waits: [...this.#waits].map(([waitId, { agent, resource }]) => ({
        waitId,
        agent,
        resources: [resource],
        began: this.#atUs / 1_000,
      })),
      pauses: [...this.#pauses].map(([target, by]) => ({ target, by, reason: '' })),
      word: null,
    };
    this.steps.push({ message, after });
  }
}

function supervisor(clock: FakeClock): FleetModel {
  const model = new FleetModel({ clock, observerId: 'test' });
  model.apply({ kind: 'opened', url: 'redis://h:1', namespaces: [''] });
  model.apply({ kind: 'connection', state: 'live', reason: null });
  model.apply({ kind: 'library', version: '1.2.0' });
  return model;
}

/** What two supervisors have to agree on: all but who they are, since when they count, and who was last heard when. */
function common({ agents: all, claims, attention }: Status): unknown {
  return {
    agents: all.map(({ ns, id, role, task, status, ver, epoch, parent }) => [
      ns,
      id,
      role,
      task,
      status,
      ver,
      epoch,
      parent,
    ]),
    claims,
    attention: attention.map(({ kind, agent, resource, text }) => [kind, agent, resource, text]),
  };
}

describe('two supervisors', () => {
  it('see the same, whatever each heard as it happened, read in a snapshot, or was told twice', () => {
    const step = fc.tuple(fc.nat(6), fc.nat(20), fc.nat(20));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.infiniteStream(fc.boolean()), (steps, coins) => {
        const clock = new FakeClock();
        const course = new Course(clock.now() * 1_000);
        for (const [kind, who, what] of steps) course.step(kind, who, what);
        const [first, second] = [supervisor(clock), supervisor(clock)];
        for (const { message } of course.steps) first.apply(message);
        // The second loses some, and then reads how it stands; what it hears late it has heard before.
        let lost = false;
        for (const [i, { message, after }] of course.steps.entries()) {
          lost ||= coins.next().value;
          if (!lost) second.apply(message);
          const isLast = i === course.steps.length - 1;
          if (!lost || (!isLast && coins.next().value)) continue;
          second.apply(after);
          second.apply(message);
          if (i > 0) second.apply(course.steps[i - 1]!.message);
          lost = false;
        }
        assert.deepEqual(
          first.agents.map(({ id, team, paused }) => [id, team, paused]),
          second.agents.map(({ id, team, paused }) => [id, team, paused]),
        );
        for (const ms of [0, 70_000]) {
          clock.advance(ms);
          for (const model of [first, second]) model.tick();
          assert.deepEqual(common(first.status()), common(second.status()));
        }
      }),
      { numRuns: 100 },
    );
  });
});
