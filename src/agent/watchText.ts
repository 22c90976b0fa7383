import type { WatchEvent } from '../protocol/status.ts';
import { short, span, type NameOf } from './statusText.ts';

/** One event as a line for a terminal: when, which fleet, what, who, and what it was about. */
export function watchText(event: WatchEvent, nameOf: NameOf = (_, id) => id): string {
  const name = (id: string): string => nameOf(event.ns, id);
  const about = [event.agent && name(event.agent), event.resource].map((each) =>
    each === null ? '' : short(each, 100),
  );
  const details = detailsOf(event, name)
    .filter((part) => part !== '')
    .map((part) => short(part, 160));
  const time = event.at.slice(11, 19);
  const cells = [time, short(event.ns), event.kind.padEnd(10), ...about, short(details.join('  '), 260)];
  return cells.filter((cell) => cell !== '').join('  ');
}

type Data = Readonly<Record<string, unknown>>;

/** What a person looks for, in the order in which it is read; the numbers that only programs need are in the JSON. */
function detailsOf(event: WatchEvent, name: (id: string) => string): string[] {
  const data = (typeof event.data === 'object' && event.data !== null ? event.data : {}) as Data;
  const reason = event.reason ?? '';
  switch (event.kind) {
    case 'state':
    case 'stale':
    case 'divergent':
      return [stateText(data), reason];
    case 'claim':
    case 'renew':
    case 'transfer':
      return [leftText(data), word(data['task']), typeof data['wait'] === 'string' ? 'waited for it' : '', reason];
    case 'release':
    case 'expire':
    case 'denied':
    case 'unclaimed':
    case 'premature':
      return [reason];
    case 'duplicate':
      return [`also the task of ${name(listed(data['agents'], 1))}`];
    case 'wait':
      return [waitText(event, data, name), `place ${word(data['position'])} in line`, reason];
    case 'message':
      return [`to ${everybody(data['to'], name)}:`, word(data['text']), reason];
    case 'control':
      return [`${word(data['action'])}s ${everybody(data['target'], name)}`, reason];
    case 'event':
      return eventDetails(data, reason, name);
    case 'queue':
      return [typeof data['waiting'] === 'number' ? `${data['waiting']} waiting` : ''];
    case 'connection':
      return [word(data['state']), reason];
    case 'recovered':
      return [`changes ${word(data['from'])} to ${word(data['to'])} were read from the history`];
    case 'gap':
      return [typeof data['ms'] === 'number' ? `nothing heard for ${span(data['ms'])}` : '', reason];
    case 'malformed':
      return [reason, word(event.data)];
  }
}

function stateText({ status, task, ver }: Data): string {
  const version = ver === undefined ? '' : `(ver ${word(ver)})`;
  return [word(status), word(task), version].filter((part) => part !== '').join(' ');
}

const leftText = ({ ttlMs }: Data): string => (typeof ttlMs === 'number' ? `${span(ttlMs)} left` : '');

function waitText(
  { resource }: WatchEvent,
  { resources, holder, blocking }: Data,
  name: (id: string) => string,
): string {
  const more = Array.isArray(resources) && resources.length > 1 ? `and ${resources.length - 1} more, ` : '';
  const where = blocking === resource ? '' : ` with ${word(blocking)}`;
  return `${more}held by ${name(word(holder))}${where}`;
}

function eventDetails(data: Data, reason: string, nameOf: (id: string) => string): string[] {
  const { name, detail, text, host, parent } = data;
  // What a plain agent sends is one text; the library's events have a name and more.
  if (text !== undefined) return [word(text)];
  if (name === 'unwait') return [reason];
  if (name === 'hello') {
    const under = typeof parent === 'string' ? `under ${nameOf(parent)}` : '';
    return ['hello', under, typeof host === 'string' ? `on ${host}` : '', reason];
  }
  if (name === 'phase') return [phaseText(data)];
  if (name === 'bye') return ['bye', word(data['reason'])];
  return [word(detail) === '' ? word(name) : `${word(name)}: ${word(detail)}`, reason];
}

/** How a session stands, as its hook tells. */
function phaseText({ phase, tool }: Data): string {
  switch (phase) {
    case 'you':
      return tool === null ? 'waits for its human' : `waits for leave to use ${word(tool)}`;
    case 'job':
      return 'waits on a job';
    case 'limited':
      return 'is rate-limited';
    case 'idle':
      return 'idle';
    default:
      return tool === null ? 'working' : `working: ${word(tool)}`;
  }
}

const everybody = (target: unknown, name: (id: string) => string): string =>
  target === '*' ? 'all' : name(word(target));

const listed = (list: unknown, most: number): string =>
  Array.isArray(list) ? list.slice(0, most).map(word).join(', ') : word(list);

function word(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
