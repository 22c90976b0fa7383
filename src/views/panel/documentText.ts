import { displayText } from '../../protocol/displayText.ts';
import { limits } from '../../protocol/names.ts';
import type { Line } from '../../protocol/panel/line.ts';
import type { KeptLine } from './recording.ts';

/** A message as an editor shows it. */
export interface MessageDocument {
  /** Names the line, and nothing else. */
  readonly id: number;
  /** Who, what and when, fit for a tab, with an ending that says what the text is. */
  readonly title: string;
  readonly text: string;
}

/** The whole text of a line, well set out where it is JSON; of what nobody published, the facts. */
export function messageDocument({ line, text, isWhole }: KeptLine): MessageDocument {
  const json = text === '' ? facts(line) : isWhole ? setOut(text) : null;
  const who = line.agent === null ? line.channel : line.agent;
  const parts = [displayText(who, 40), line.mark ?? line.kind, timeText(line.at)];
  // A tab shows what stands after the last slash.
  const title = parts
    .filter((part) => part !== '')
    .join(' ')
    .replace(/[/\\]/g, '∕');
  return { id: line.id, title: `${title}.${json === null ? 'txt' : 'json'}`, text: json ?? text };
}

/** By the clock of this machine, with what a tab and a path can bear between the numbers. */
function timeText(at: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return '';
  const two = (part: number): string => String(part).padStart(2, '0');
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join('.');
  return `${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

function facts(line: Line): string {
  const { at, ns, agent, kind, mark, resource, reason } = line;
  const known = {
    at: Number.isNaN(new Date(at).getTime()) ? at : new Date(at).toISOString(),
    ns,
    agent,
    kind,
    mark,
    resource,
    reason,
  };
  return JSON.stringify(
    Object.fromEntries(Object.entries(known).filter(([, value]) => value !== null && value !== '')),
    null,
    2,
  );
}

/**
 * JSON with each member on a line of its own, two spaces a level; null for what is no JSON object or list, or is deeper
 * than a state may be. Only the space between the parts is changed: numbers keep all their digits, and a name that stands
 * there twice is still there twice.
 */
export function setOut(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return null;
  } catch {
    return null;
  }
  let out = '';
  let depth = 0;
  let isEmpty = false;
  const newLine = (): void => {
    out += `\n${'  '.repeat(depth)}`;
  };
  for (const [part] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/gs)) {
    const closes = part === '}' || part === ']';
    if (closes) {
      depth -= 1;
      if (!isEmpty) newLine();
    } else if (isEmpty) newLine();
    isEmpty = part === '{' || part === '[';
    out += part === ':' ? ': ' : part;
    if (isEmpty) depth += 1;
    if (depth > 2 * limits.depth) return null;
    if (part === ',') newLine();
  }
  return out;
}
