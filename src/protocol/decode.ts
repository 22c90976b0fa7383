import { exceedsBytes, isObject, parseObject, sampleOf, withoutProto, type Decoded, type JsonObject } from './json.ts';
import type { AgentEvent, StateMessage, Wire } from './messages.ts';
import { limits } from './names.ts';
import { stampOf, type Stamp } from './stamp.ts';

/**
 * Decodes what stands on the state channel: `{"agent_id": …, "state": {…}}` with, beside `agent_id`, optionally
 * `epoch`, `ts`, `parent`, `host`, `role`, `team` and `name`. Unknown fields are ignored.
 */
export function decodeState(text: string): Decoded<StateMessage> {
  const decoded = decodeStampedState(text);
  return decoded.ok ? { ok: true, value: decoded.value.message } : decoded;
}

/** As {@link decodeState}, with the stamp of the function library where there is one, and the text itself. */
export function decodeStampedState(
  text: string,
): Decoded<{ message: StateMessage; stamp: Stamp | undefined; wire: Wire }> {
  const parsed = parseObject(text, limits.payload);
  if (!parsed.ok) return parsed;
  const id = parsed.value['agent_id'];
  if (typeof id !== 'string' || id === '') return fail('no "agent_id"');
  const decoded = stateOf(id, parsed.value, text.length);
  if (!decoded.ok) return decoded;
  return {
    ok: true,
    value: { message: decoded.value, stamp: stampOf(parsed.value), wire: wireOf(text, parsed.value) },
  };
}

/** A text as it came, with what it says of itself beside its meaning: `role` and `request`, where it is a JSON object. */
export function wireOf(text: string, object?: JsonObject): Wire {
  return { text, role: label(object?.['role']), request: label(object?.['request']) };
}

/**
 * Decodes one entry of the state hash: the text that was published, or the bare state. The field's name is the
 * agent's id, since that is what the next writer will overwrite.
 */
export function decodeStored(field: string, text: string): Decoded<StateMessage> {
  if (field === '') return fail('no agent id');
  const parsed = parseObject(text, limits.payload);
  if (!parsed.ok) return parsed;
  const isEnvelope = isObject(parsed.value['state']) && 'agent_id' in parsed.value;
  return stateOf(field, isEnvelope ? parsed.value : { state: parsed.value }, text.length);
}

function stateOf(agentId: string, envelope: JsonObject, length: number): Decoded<StateMessage> {
  if (exceedsBytes(agentId, limits.plainAgentName)) return fail('"agent_id" is too long');
  const state = envelope['state'];
  if (!isObject(state)) return fail('no "state" object');
  // Written out again a text may be longer, as 1e20 is, but never that much.
  if (length > limits.state / 8 && exceedsBytes(JSON.stringify(state), limits.state))
    return fail(`"state" is larger than ${limits.state / 1024} KiB`);
  const ver = counter(state['ver']);
  if (ver === undefined) return fail('"ver" is not a whole number');
  const epoch = counter(envelope['epoch']);
  if (epoch === undefined) return fail('"epoch" is not a whole number');
  return {
    ok: true,
    value: {
      agentId,
      epoch: epoch ?? 0,
      ver,
      state: withoutProto(state),
      task: label(state['task']),
      status: label(state['status']),
      parent: label(envelope['parent']),
      host: label(envelope['host']),
      role: label(envelope['role']),
      team: label(envelope['team']),
      name: label(envelope['name']),
      ts: timestamp(envelope['ts']) ?? stampedAt(envelope),
    },
  };
}

/**
 * Decodes what stands on the event channel: plain text `name:detail`, of which `error:` is an error, or a JSON object
 * with a `kind`. Any text is an event; only one that is too large is refused.
 */
export function decodeEvent(text: string): Decoded<AgentEvent> {
  if (exceedsBytes(text, limits.state)) return fail(`larger than ${limits.state / 1024} KiB`);
  if (text.startsWith('{')) {
    const parsed = parseObject(text, limits.state);
    if (parsed.ok && typeof parsed.value['kind'] === 'string') {
      const name = parsed.value['kind'];
      const agentId = label(parsed.value['agent']) ?? label(parsed.value['agent_id']);
      const detail = label(parsed.value['detail']) ?? label(parsed.value['reason']) ?? '';
      const { role, request } = wireOf(text, parsed.value);
      return { ok: true, value: { name, detail, agentId, role, request, isError: name === 'error' } };
    }
  }
  const colon = text.indexOf(':');
  const name = colon < 0 ? text : text.slice(0, colon);
  const detail = colon < 0 ? '' : text.slice(colon + 1).trim();
  const nobody = { agentId: null, role: null, request: null };
  return { ok: true, value: { name, detail, ...nobody, isError: name === 'error' } };
}

const fail = (reason: string): { ok: false; reason: string } => ({ ok: false, reason });

/** Null where there is none, undefined where it is no count. Digits in a string serve where JSON numbers would round. */
function counter(value: unknown): number | null | undefined {
  if (value === undefined || value === null) return null;
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

/** A word of a state or an envelope, such as its task; cut where it is longer than any word needs to be. */
export function label(value: unknown): string | null {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string' || value === '') return null;
  return value.length > limits.label ? sampleOf(value, limits.label) : value;
}

/** A stamp outside of what a Date can hold says nothing. */
function timestamp(value: unknown): number | null {
  return typeof value === 'number' && Math.abs(value) <= 8.64e15 ? value : null;
}

/** When the function library took it, which is as good as the publisher's own word. */
function stampedAt(envelope: JsonObject): number | null {
  const stamp = stampOf(envelope);
  return stamp ? stamp.atUs / 1000 : null;
}
