/** What is known of the agent that test payloads speak for. */
export interface TestAgent {
  readonly id: string;
  /** The last version known; null before its first state. */
  readonly ver: number | null;
}

export const testAgentId = 'agent-test';

/** A payload to begin with. Several are sent one after the other. */
export interface Template {
  readonly name: 'next' | 'stale' | 'burst' | 'divergent' | 'malformed' | 'event' | 'error';
  readonly payloads: readonly string[];
}

/** Payloads for the state channel, each a case that the version rule knows. */
export function stateTemplates({ id, ver }: TestAgent): Template[] {
  const last = ver ?? 0;
  const state = (version: number, status = 'done', task = 'fileX'): string =>
    JSON.stringify({ agent_id: id, state: { task, status, ver: version } });
  return [
    { name: 'next', payloads: [state(last + 1)] },
    { name: 'stale', payloads: [state(Math.max(0, last - 1), 'pending')] },
    { name: 'burst', payloads: [last + 3, last + 1, last + 2].map((version) => state(version, 'working')) },
    { name: 'divergent', payloads: [state(last, 'failed', 'fileY')] },
    { name: 'malformed', payloads: [`{"agent_id":"${id}","state":{"task":`] },
  ];
}

/** Payloads for the event channel: plain text, as agents with a shell send it. */
export function eventTemplates(): Template[] {
  return [
    { name: 'event', payloads: ['task_completed:file_analysis'] },
    { name: 'error', payloads: ['error:invalid_syntax'] },
  ];
}

/** Several payloads as one editable line, and back. A single one stays as it is, whatever it looks like. */
export const joinPayloads = (payloads: readonly string[]): string => payloads.join(separator);
export const splitPayloads = (text: string): string[] => text.split(separator).filter((payload) => payload !== '');

/** Stands in no JSON outside of a string, and hardly in one. */
const separator = ' ⏎ ';
