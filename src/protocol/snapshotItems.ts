import { label } from './decode.ts';
import { resourceOf, resourcesOf, spanOf, timeOf, word } from './eventFields.ts';
import { parseObject, type Decoded, type JsonObject } from './json.ts';
import { limits } from './names.ts';
import { personRole } from './person.ts';
import { doingOf, hookHelloOf, type Doing, type HookHello } from './phases.ts';
import { count } from './stamp.ts';

/** What stands in a snapshot beside states. */
export interface LeaseSeen {
  resource: string;
  holder: string;
  token: number;
  task: string | null;
  /** Server's clock, ms. */
  since: number;
  leftMs: number;
}

export interface WaitSeen {
  agent: string;
  waitId: string;
  resources: readonly string[];
  /** Since when, by the server's clock in ms; null where it does not say. */
  began: number | null;
}

export interface HelloSeen {
  agent: string;
  epoch: number;
  parent: string | null;
  host: string | null;
  pid: string | null;
  role: string | null;
  team: string | null;
  name: string | null;
  hook: HookHello | null;
}

/** As its hook last told of an agent that has not ended. */
export interface AgentSeen extends HelloSeen {
  doing: (Doing & { since: number | null }) | null;
  /** When it was last heard, by the server's clock in ms; null of a program that no hook tells of, whose hello may be long ago. */
  heardAt: number | null;
}

export interface PauseSeen {
  /** An agent, or `*` for all. */
  target: string;
  by: string;
  reason: string;
}

export type SnapshotItem =
  | ({ kind: 'claim' } & LeaseSeen)
  | ({ kind: 'wait' } & WaitSeen)
  | ({ kind: 'agent' } & AgentSeen)
  | ({ kind: 'pause' } & PauseSeen);

/** Decodes an item of a snapshot other than a state; `name` is what it is about. */
export function decodeSnapshotItem(kind: string, name: string, text: string): Decoded<SnapshotItem> {
  const parsed = parseObject(text, limits.payload);
  if (!parsed.ok) return parsed;
  const json = parsed.value;
  switch (kind) {
    case 'claim': {
      const token = count(json['token']);
      const leftMs = spanOf(json['left']);
      const resource = resourceOf(name);
      const holder = word(json['holder']);
      if (token === undefined || leftMs === undefined || resource === undefined || holder === '')
        return fail('no lease');
      const { task, since } = { task: label(json['task']), since: timeOf(json['since']) };
      return { ok: true, value: { kind, resource, holder, token, task, since, leftMs } };
    }
    case 'wait': {
      const { agent, resources } = { agent: word(json['agent']), resources: resourcesOf(json['resources']) };
      if (resources.length === 0 || agent === '' || label(name) !== name) return fail('no waiter');
      return { ok: true, value: { kind, waitId: name, agent, resources, began: timeOf(json['began']) || null } };
    }
    case 'agent':
      return label(name) === name ? { ok: true, value: { kind, ...agentOf(name, json) } } : fail('no agent');
    case 'pause':
      if (label(name) !== name) return fail('no pause');
      return { ok: true, value: { kind, target: name, by: word(json['by']), reason: word(json['reason']) } };
    default:
      return fail(`an unknown kind of item: ${kind}`);
  }
}

function agentOf(agent: string, json: JsonObject): AgentSeen {
  const hook = hookHelloOf(json);
  const doing = hook && doingOf(json);
  const at = count(json['at']);
  // Of others that said hello, that may be long ago and says nothing of whether they live.
  const isHeard = hook !== null || json['role'] === personRole;
  return {
    agent,
    epoch: count(json['epoch']) ?? 0,
    parent: label(json['parent']),
    host: label(json['host']),
    pid: label(json['pid']),
    role: label(json['role']),
    team: label(json['team']),
    name: label(json['name']),
    hook,
    doing: doing ? { ...doing, since: timeOf(json['since']) || null } : null,
    heardAt: isHeard && at !== undefined ? at / 1_000 : null,
  };
}

const fail = (reason: string): { ok: false; reason: string } => ({ ok: false, reason });
