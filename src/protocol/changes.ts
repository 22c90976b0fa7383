import { label } from './decode.ts';
import { parseObject, type Decoded, type JsonObject } from './json.ts';
import { limits } from './names.ts';
import { count } from './stamp.ts';

/** What the function library tells of, as it stands in the history and on the event channel. Times to live are in ms. */
export type Change = { agent: string } & (
  | { kind: 'hello'; epoch: number; parent: string | null; host: string | null; pid: string | null }
  /** `waitId`: it was waited for. */
  | { kind: 'claim'; resource: string; token: number; ttlMs: number; task: string | null; waitId: string | null }
  /** `task`: it is another one now. */
  | { kind: 'renew'; resource: string; token: number; ttlMs: number; task: string | null }
  | { kind: 'release'; resource: string; token: number; reason: string | null }
  | { kind: 'expire'; resource: string; token: number }
  /** `agent` is the new holder. */
  | {
      kind: 'transfer';
      resource: string;
      token: number;
      ttlMs: number;
      task: string | null;
      from: string;
      by: string;
      reason: string;
    }
  /** `agent` is the former holder; without a token it was a raw lock. */
  | { kind: 'break'; resource: string; token: number | null; by: string; reason: string }
  | {
      kind: 'wait';
      resources: readonly string[];
      waitId: string;
      holder: string;
      blocking: string;
      position: number;
    }
  | { kind: 'unwait'; waitId: string; reason: string }
  | { kind: 'unclaimed'; resource: string; detail: string }
  /** `token` is the holder's; null where no lease is in the way. */
  | { kind: 'denied'; resource: string; token: number | null; holder: string; blocking: string; reason: string }
  | { kind: 'deadlock'; resource: string; circle: readonly string[] }
  | { kind: 'message'; to: string; id: string; text: string }
  | { kind: 'control'; target: string; action: 'pause' | 'resume'; reason: string }
  | { kind: 'other'; name: string; resource: string | null; detail: string }
);

/** Decodes an event of the library. */
export function decodeChange(text: string): Decoded<Change> {
  const parsed = parseObject(text, limits.state);
  return parsed.ok ? changeOf(parsed.value) : parsed;
}

/** As {@link decodeChange}, of what has been parsed. */
export function changeOf(event: JsonObject): Decoded<Change> {
  const kind = word(event['kind']);
  const change = Object.hasOwn(decoders, kind) ? decoders[kind]!(event) : other(event);
  return change ? { ok: true, value: change } : fail(`not a "${kind}" of the library`);
}

type Decoder = (event: JsonObject) => Change | undefined;

/** Fields of a lease's event, or undefined where one is missing. */
function lease(event: JsonObject): { agent: string; resource: string; token: number } | undefined {
  const token = count(event['token']);
  const resource = resourceOf(event['resource']);
  const agent = word(event['agent']);
  if (token === undefined || resource === undefined || agent === '') return undefined;
  return { agent, resource, token };
}

const decoders: Record<string, Decoder> = {
  hello: (e) => ({
    kind: 'hello',
    agent: word(e['agent']),
    epoch: count(e['epoch']) ?? 0,
    parent: label(e['parent']),
    host: label(e['host']),
    pid: label(e['pid']),
  }),
  claim: (e) => {
    const base = lease(e);
    const ttlMs = spanOf(e['ttl']);
    if (!base || ttlMs === undefined) return undefined;
    return { kind: 'claim', ...base, ttlMs, task: label(e['task']), waitId: label(e['wait']) };
  },
  renew: (e) => {
    const base = lease(e);
    const ttlMs = spanOf(e['ttl']);
    return base && ttlMs !== undefined ? { kind: 'renew', ...base, ttlMs, task: label(e['task']) } : undefined;
  },
  release: (e) => {
    const base = lease(e);
    return base && { kind: 'release', ...base, reason: label(e['reason']) };
  },
  expire: (e) => {
    const base = lease(e);
    return base && { kind: 'expire', ...base };
  },
  transfer: (e) => {
    const base = lease(e);
    const ttlMs = spanOf(e['ttl']);
    if (!base || ttlMs === undefined) return undefined;
    const { from, by, reason } = { from: word(e['from']), by: word(e['by']), reason: word(e['reason']) };
    return { kind: 'transfer', ...base, ttlMs, task: label(e['task']), from, by, reason };
  },
  break: (e) => {
    const resource = resourceOf(e['resource']);
    if (resource === undefined) return undefined;
    const token = count(e['token']) ?? null;
    return { kind: 'break', agent: word(e['agent']), resource, token, by: word(e['by']), reason: word(e['reason']) };
  },
  wait: (e) => {
    const wait = { agent: word(e['agent']), waitId: word(e['wait']), resources: resourcesOf(e['resources']) };
    if (wait.resources.length === 0 || wait.agent === '' || wait.waitId === '') return undefined;
    return {
      kind: 'wait',
      ...wait,
      holder: word(e['holder']),
      blocking: resourceOf(e['blocking']) ?? wait.resources[0]!,
      position: count(e['position']) ?? 0,
    };
  },
  unwait: (e) => ({ kind: 'unwait', agent: word(e['agent']), waitId: word(e['wait']), reason: word(e['reason']) }),
  unclaimed: (e) => {
    // Whoever reports it need not know where.
    const resource = e['resource'] === '' ? '' : resourceOf(e['resource']);
    if (resource === undefined) return undefined;
    return { kind: 'unclaimed', agent: word(e['agent']), resource, detail: word(e['detail']) };
  },
  denied: (e) => {
    const resource = resourceOf(e['resource']);
    if (resource === undefined) return undefined;
    const token = count(e['token']) ?? null;
    const { holder, blocking, reason } = {
      holder: word(e['holder']),
      blocking: resourceOf(e['blocking']) ?? resource,
      reason: word(e['reason']),
    };
    return { kind: 'denied', agent: word(e['agent']), resource, token, holder, blocking, reason };
  },
  deadlock: (e) => ({
    kind: 'deadlock',
    agent: word(e['agent']),
    resource: resourceOf(e['resource']) ?? '',
    circle: listOf(e['circle']).map(word),
  }),
  message: (e) => ({
    kind: 'message',
    agent: word(e['agent']),
    to: word(e['to']),
    id: word(e['id']),
    text: typeof e['text'] === 'string' ? e['text'] : '',
  }),
  control: (e) => {
    const action = e['action'];
    if (action !== 'pause' && action !== 'resume') return undefined;
    return {
      kind: 'control',
      agent: word(e['agent']),
      target: word(e['target']),
      action,
      reason: word(e['reason']),
    };
  },
};

function other(event: JsonObject): Change | undefined {
  const name = word(event['kind']);
  if (!eventName.test(name)) return undefined;
  return {
    kind: 'other',
    name,
    agent: word(event['agent']),
    resource: resourceOf(event['resource']) ?? null,
    detail: word(event['detail']),
  };
}

/** What the library lets others call an event. */
const eventName = /^[a-z][a-z-]{0,31}$/;

/** A word of an event; empty where there is none. */
const word = (value: unknown): string => label(value) ?? '';

/** A resource, which is never cut: half a name would be another's. Bytes that are no UTF-8 have become a unit each. */
function resourceOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= limits.resource ? value : undefined;
}

function resourcesOf(value: unknown): string[] {
  return listOf(value).flatMap((each) => resourceOf(each) ?? []);
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value.slice(0, limits.resourcesPerCall) : []);

/** The time of a lease in ms; undefined for what none can have. */
function spanOf(value: unknown): number | undefined {
  const ms = count(value);
  return ms !== undefined && ms <= limits.ttl ? ms : undefined;
}

/** A time in ms; the beginning of all where it is none that a Date can hold. */
function timeOf(value: unknown): number {
  const ms = count(value) ?? 0;
  return ms <= 8.64e15 ? ms : 0;
}

const fail = (reason: string): { ok: false; reason: string } => ({ ok: false, reason });

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
}

export interface HelloSeen {
  agent: string;
  epoch: number;
  parent: string | null;
  host: string | null;
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
  | ({ kind: 'agent' } & HelloSeen)
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
      return { ok: true, value: { kind, waitId: name, agent, resources } };
    }
    case 'agent':
      if (label(name) !== name) return fail('no agent');
      return {
        ok: true,
        value: {
          kind,
          agent: name,
          epoch: count(json['epoch']) ?? 0,
          parent: label(json['parent']),
          host: label(json['host']),
        },
      };
    case 'pause':
      if (label(name) !== name) return fail('no pause');
      return { ok: true, value: { kind, target: name, by: word(json['by']), reason: word(json['reason']) } };
    default:
      return fail(`an unknown kind of item: ${kind}`);
  }
}
