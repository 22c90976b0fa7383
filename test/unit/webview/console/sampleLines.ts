import type { Line } from '../../../../src/protocol/panel/line.ts';
import type { Wanted } from '../../../../webview/console/filter.ts';

/** What a filter that lets all lines through wants. */
export const everything: Wanted = {
  channels: '',
  text: '',
  isRegex: false,
  marks: null,
  agents: [],
  role: null,
  request: null,
  resource: null,
  span: null,
};

/** A line as the extension sends it, of which only what matters is said. */
export function lineOf(id: number, but: Partial<Line> = {}): Line {
  const text = but.text ?? `message ${id}`;
  return {
    id,
    at: 1_000 + id,
    ns: '',
    channel: 'agent:events',
    agent: null,
    role: null,
    request: null,
    source: 'live',
    kind: 'event',
    mark: null,
    reason: null,
    resource: null,
    seq: null,
    length: text.length,
    ...but,
    text,
  };
}

export const linesOf = (from: number, count: number, but?: Partial<Line>): Line[] =>
  Array.from({ length: count }, (_, index) => lineOf(from + index, but));
