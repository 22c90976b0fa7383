import { label } from './decode.ts';
import { listOf, resourceOf, resourcesOf, spanOf, timeOf, word } from './eventFields.ts';
import { parseObject, type Decoded, type JsonObject } from './json.ts';
import { limits } from './names.ts';
import { doingOf, hookHelloOf, type Doing, type HookHello } from './phases.ts';
import { count } from './stamp.ts';

/** What the function library tells of, as it stands in the history and on the event channel. Times to live are in ms. */
export type Change = { agent: string } &
  /** `hook`: what more a hook says of its agent. */
  (
    | {
        kind: 'hello';
        epoch: number;
        parent: string | null;
        host: string | null;
        pid: string | null;
        role: string | null;
        team: string | null;
        /** Of a hook's, the session's title, else branch and number, or type and number of a subagent. */
        name: string | null;
        hook: HookHello | null;
      }
    /** `since`: when it began, by the server's clock. */
    | ({ kind: 'phase'; since: number | null } & Doing)
    /** The agent has ended. */
    | { kind: 'bye'; reason: string }
    /** `waitId`: it was waited for. */
    | { kind: 'claim'; resource: string; token: number; ttlMs: number; task: string | null; waitId: string | null }
    /** `task`: it is another one now. `yields`: it ends sooner than before, since somebody waits for it. */
    | { kind: 'renew'; resource: string; token: number; ttlMs: number; task: string | null; yields?: true }
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
    /** `holder`: who holds it, where that is told. */
    | { kind: 'unclaimed'; resource: string; detail: string; holder: string | null }
    /** `token` is the holder's; null where no lease is in the way. */
    | { kind: 'denied'; resource: string; token: number | null; holder: string; blocking: string; reason: string }
    | { kind: 'deadlock'; resource: string; circle: readonly string[] }
    | { kind: 'message'; to: string; id: string; text: string }
    /** The agent was given the messages with these ids. */
    | { kind: 'delivered'; ids: readonly string[] }
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
    role: label(e['role']),
    team: label(e['team']),
    name: label(e['name']),
    hook: hookHelloOf(e),
  }),
  phase: (e) => {
    const doing = doingOf(e);
    const agent = word(e['agent']);
    // Before there were hooks an event could be called so by anybody.
    if (!doing || agent === '') return other(e);
    return { kind: 'phase', agent, ...doing, since: timeOf(e['since']) || null };
  },
  bye: (e) => {
    const agent = word(e['agent']);
    return agent === '' ? other(e) : { kind: 'bye', agent, reason: word(e['reason']) };
  },
  claim: (e) => {
    const base = lease(e);
    const ttlMs = spanOf(e['ttl']);
    if (!base || ttlMs === undefined) return undefined;
    return { kind: 'claim', ...base, ttlMs, task: label(e['task']), waitId: label(e['wait']) };
  },
  renew: (e) => {
    const base = lease(e);
    const ttlMs = spanOf(e['ttl']);
    if (!base || ttlMs === undefined) return undefined;
    const yields = e['reason'] === 'yields' ? ({ yields: true } as const) : {};
    return { kind: 'renew', ...base, ttlMs, task: label(e['task']), ...yields };
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
    const holder = label(e['holder']);
    return { kind: 'unclaimed', agent: word(e['agent']), resource, detail: word(e['detail']), holder };
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
  delivered: (e) => {
    const agent = word(e['agent']);
    const ids = listOf(e['ids']).flatMap((id) => label(id) ?? []);
    return agent === '' || ids.length === 0 ? other(e) : { kind: 'delivered', agent, ids };
  },
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

const fail = (reason: string): { ok: false; reason: string } => ({ ok: false, reason });
