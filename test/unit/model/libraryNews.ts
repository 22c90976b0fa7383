import { FleetModel } from '../../../src/model/fleetModel.ts';
import type { Processes } from '../../../src/model/processWatch.ts';
import type { Change as Picked } from '../../../src/model/picture.ts';
import type { Change } from '../../../src/protocol/changes.ts';
import type { AgentSeen, LeaseSeen, WaitSeen } from '../../../src/protocol/snapshotItems.ts';
import { decodeState } from '../../../src/protocol/decode.ts';
import type { FeedMessage, LockSeen, StateMessage } from '../../../src/protocol/messages.ts';
import type { WatchEvent } from '../../../src/protocol/status.ts';
import { FakeClock } from '../../support/fakeClock.ts';

type Snapshot = Extract<FeedMessage, { kind: 'snapshot' }>;
type BriefWait = Omit<WaitSeen, 'began'> & Partial<WaitSeen>;
/** A change of the library with what matters to a test; the rest is filled in. */
export type Brief = { [K in Change['kind']]: Partial<Extract<Change, { kind: K }>> & { kind: K } }[Change['kind']];

/** A state as the library sends it on. */
export function stateOf(agentId: string, epoch: number, state: object): StateMessage {
  const decoded = decodeState(JSON.stringify({ agent_id: agentId, epoch, state }));
  if (!decoded.ok) throw new Error(decoded.reason);
  return decoded.value;
}

/** A model that is told what the library tells, numbered from 1 and as it happens. */
export class LibraryNews {
  readonly clock = new FakeClock();
  readonly model: FleetModel;
  readonly events: WatchEvent[] = [];
  readonly changes: Picked[] = [];
  seq = 0;

  constructor(namespaces: readonly string[] = [''], maxAgents = 1_000, processes?: Processes) {
    const here = processes ? { processes } : {};
    this.model = new FleetModel({ clock: this.clock, observerId: 'test', maxAgents, ...here });
    this.model.apply({ kind: 'opened', url: 'redis://h:1', namespaces });
    this.model.apply({ kind: 'connection', state: 'live', reason: null });
    this.model.apply({ kind: 'library', version: '1.0.0' });
    this.model.onEvent((event) => this.events.push(event));
    this.model.onDidChange((change) => this.changes.push(change));
  }

  get atUs(): number {
    return this.clock.now() * 1_000;
  }

  tell(brief: Brief, how: { ns?: string; seq?: number | null; atUs?: number; recovered?: boolean } = {}): void {
    const { ns = '', atUs = this.atUs, recovered = false } = how;
    const isNumbered = brief.kind !== 'denied' && brief.kind !== 'deadlock';
    const seq = how.seq ?? (isNumbered ? ++this.seq : null);
    this.model.apply({ kind: 'change', ns, change: changeOf(brief), seq, atUs, recovered });
  }

  accept(
    agentId: string,
    epoch: number,
    state: object,
    how: { ns?: string; atUs?: number; recovered?: boolean } = {},
  ): void {
    const { ns = '', atUs = this.atUs, recovered = false } = how;
    const message = stateOf(agentId, epoch, state);
    this.model.apply({ kind: 'accepted', ns, message, seq: ++this.seq, atUs, recovered });
  }

  /** A plain agent's broadcast. */
  publish(agentId: string, state: object): void {
    this.model.apply({ kind: 'state', ns: '', message: stateOf(agentId, 0, state), held: false });
  }

  snapshot({ waits = [], ...part }: Partial<Omit<Snapshot, 'waits'>> & { waits?: BriefWait[] } = {}): void {
    const begun = waits.map((wait) => ({ began: null, ...wait }));
    const nothing = { states: [], agents: [], leases: [], waits: begun, pauses: [], word: null };
    this.model.apply({ kind: 'snapshot', ns: '', seq: this.seq, ...nothing, ...part });
    this.seq = this.model.connection.seqs.get('') ?? 0;
  }

  sweep(locks: Partial<LockSeen>[], complete = true): void {
    const whole = locks.map((lock) => ({ resource: 'a', holder: 'a', token: null, ttlMs: 30_000, ...lock }));
    this.model.apply({ kind: 'locks', ns: '', locks: whole, complete });
  }

  touch(locks: Partial<LockSeen>[], gone: readonly string[] = []): void {
    const whole = locks.map((lock) => ({ resource: 'a', holder: 'a', token: null, ttlMs: 30_000, ...lock }));
    const nothing = { queues: [], keys: [] };
    this.model.apply({ kind: 'touched', ns: '', locks: whole, ...nothing, gone: { locks: gone, ...nothing } });
  }

  pass(ms: number): void {
    this.clock.advance(ms);
    this.model.tick();
  }

  /** What was told since the last time, in a few words each. */
  lines(): string[] {
    return this.events
      .splice(0)
      .map(({ seq, kind, agent, resource, token, reason }) =>
        [seq, kind, agent, resource, token, reason && `(${reason})`].filter((part) => part !== null).join(' '),
      );
  }

  /** The claims as they stand. */
  claims(): string[] {
    return this.model.claims.map(({ resource, holder, token, waiters }) =>
      [resource, holder, token, ...(waiters.length > 0 ? [`< ${waiters.join(', ')}`] : [])].join(' '),
    );
  }
}

export const leaseSeen = (
  resource: string,
  holder: string,
  token: number,
  more: Partial<LeaseSeen> = {},
): LeaseSeen => ({
  resource,
  holder,
  token,
  task: null,
  since: Date.parse('2026-01-01T00:00:00Z'),
  leftMs: 30_000,
  ...more,
});

export const agentSeen = (agent: string, more: Partial<AgentSeen> = {}): AgentSeen => ({
  agent,
  epoch: 1,
  parent: null,
  host: null,
  pid: null,
  role: null,
  team: null,
  name: null,
  hook: null,
  doing: null,
  heardAt: null,
  ...more,
});

const blanks: { [K in Change['kind']]: Extract<Change, { kind: K }> } = {
  hello: {
    kind: 'hello',
    agent: 'a',
    epoch: 1,
    parent: null,
    host: null,
    pid: null,
    role: null,
    team: null,
    name: null,
    hook: null,
  },
  phase: { kind: 'phase', agent: 'a', phase: 'working', tool: null, since: null },
  bye: { kind: 'bye', agent: 'a', reason: '' },
  claim: { kind: 'claim', agent: 'a', resource: 'x', token: 1, ttlMs: 60_000, task: null, waitId: null },
  renew: { kind: 'renew', agent: 'a', resource: 'x', token: 1, ttlMs: 60_000, task: null },
  release: { kind: 'release', agent: 'a', resource: 'x', token: 1, reason: null },
  expire: { kind: 'expire', agent: 'a', resource: 'x', token: 1 },
  transfer: {
    kind: 'transfer',
    agent: 'b',
    resource: 'x',
    token: 2,
    ttlMs: 60_000,
    task: null,
    from: 'a',
    by: 'you',
    reason: '',
  },
  break: { kind: 'break', agent: 'a', resource: 'x', token: 1, by: 'you', reason: '' },
  wait: { kind: 'wait', agent: 'b', resources: ['x'], waitId: 'w1', holder: 'a', blocking: 'x', position: 1 },
  unwait: { kind: 'unwait', agent: 'b', waitId: 'w1', reason: 'cancelled' },
  unclaimed: { kind: 'unclaimed', agent: 'a', resource: 'x', detail: '', holder: null },
  denied: { kind: 'denied', agent: 'b', resource: 'x', token: 1, holder: 'a', blocking: 'x', reason: 'lease' },
  deadlock: { kind: 'deadlock', agent: 'b', resource: 'x', circle: ['b', 'a'] },
  message: { kind: 'message', agent: 'a', to: 'b', id: 'm1', text: 'hello' },
  delivered: { kind: 'delivered', agent: 'b', ids: ['m1'] },
  control: { kind: 'control', agent: 'you', target: 'a', action: 'pause', reason: '' },
  other: { kind: 'other', agent: 'a', name: 'note', resource: null, detail: '' },
};

export const changeOf = (brief: Brief): Change => ({ ...blanks[brief.kind], ...brief }) as Change;
