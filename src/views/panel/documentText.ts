import type { ShownText } from '../../host/textDocuments.ts';
import { displayText } from '../../protocol/displayText.ts';
import type { Line } from '../../protocol/panel/line.ts';
import { setOut } from '../../protocol/setOut.ts';
import type { KeptLine } from './recording.ts';

/** The whole text of a line, well set out where it is JSON; of what nobody published, the facts. */
export function messageDocument({ line, text, isWhole }: KeptLine): ShownText {
  const json = text === '' ? facts(line) : isWhole ? setOut(text) : null;
  const who = line.agent === null ? line.channel : line.agent;
  const parts = [displayText(who, 40), line.mark ?? line.kind, timeText(line.at)];
  // A tab shows what stands after the last slash.
  const title = parts
    .filter((part) => part !== '')
    .join(' ')
    .replace(/[/\\]/g, '∕');
  return { id: String(line.id), title: `${title}.${json === null ? 'txt' : 'json'}`, text: json ?? text };
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
