import { between, pick, type Random } from '../../src/agent/fleet/random.ts';

/** A payload as an attacker, or a broken agent, may publish it. */
export interface Hostile {
  readonly channel: 'agent:state:sync' | 'agent:events';
  readonly payload: Buffer;
  /** Whether PROTOCOL.md says that it has to be counted as malformed: known from how it was made, and not from reading it. */
  readonly malformed: boolean;
}

type Made = readonly [payload: string | Buffer, malformed: boolean];
type Maker = (random: Random) => Made;

/** Names that would do harm somewhere if they were taken for more than text. */
export const hostileTexts: readonly string[] = [
  '<img src=x onerror=alert(1)>',
  '</script><script>process.exit()</script>',
  '[click](command:workbench.action.quit)',
  '$(bell) $(sync~spin)',
  '\u001b[2J\u001b]0;owned\u0007',
  '\u009b31m',
  'safe\u202egnp.exe\u2066',
  'two\r\nlines\u2028three',
  'nul\u0000byte',
  'zero\u200bwidth\ufeff',
  '\ud800 alone \udc00',
  `a${'\u0301'.repeat(500)}`,
  'x'.repeat(10_000),
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
  '../../../../etc/passwd',
  '%s%n%d',
  '%{{7*7}}',
];

const int = (random: Random, below: number): number => Math.floor(random() * below);
const id = (random: Random): string =>
  random() < 0.5 ? pick(random, hostileTexts) : `${pick(random, hostileTexts)}-${String(int(random, 3_000))}`;
const words = ['working', 'done', 'error', 'waiting', ...hostileTexts];

function goodState(random: Random): object {
  const state = { task: pick(random, words), status: pick(random, words), ver: int(random, 1_000) };
  const beside = {
    parent: id(random),
    host: pick(random, words),
    role: pick(random, words),
    name: pick(random, words),
  };
  return { agent_id: id(random), ...(random() < 0.3 ? beside : {}), state };
}

function noise(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => int(random, 256)));
}

const nested = (open: string, inner: string, close: string, levels: number): string =>
  `${open.repeat(levels)}${inner}${close.repeat(levels)}`;

const wrongTypes: readonly string[] = [
  '[]',
  'null',
  '7',
  '"text"',
  '{}',
  '{"agent_id":null,"state":{}}',
  '{"agent_id":7,"state":{}}',
  '{"agent_id":["a"],"state":{}}',
  '{"agent_id":"","state":{}}',
  '{"agent_id":"a"}',
  '{"agent_id":"a","state":null}',
  '{"agent_id":"a","state":[1]}',
  '{"agent_id":"a","state":"{}"}',
  '{"agent_id":"a","agent_id":5,"state":{}}',
  '{"__proto__":{"agent_id":"a","state":{}}}',
  ...['1.5', '-1', '1e400', '9007199254740993', '"1e3"', '"-1"', '{}', '[1]', 'true', '""'].flatMap((number) => [
    `{"agent_id":"a","state":{"ver":${number}}}`,
    `{"agent_id":"a","epoch":${number},"state":{}}`,
  ]),
];

const strangeButGood: readonly string[] = [
  '{"agent_id":"__proto__","state":{"__proto__":{"polluted":true},"ver":1}}',
  '{"agent_id":"a","__proto__":{"polluted":true},"state":{"constructor":{"prototype":{"polluted":true}}}}',
  '{"agent_id":"constructor","parent":"constructor","state":{"toString":1,"valueOf":null,"hasOwnProperty":0}}',
  '{"agent_id":"self","parent":"self","host":{"a":1},"role":["x"],"name":null,"ts":1e308,"state":{"task":{},"status":[]}}',
  '{"agent_id":"a","ts":-8.64e15,"epoch":null,"state":{"ver":null,"tasks":[null,{"id":{}}],"status":true}}',
  '{"agent_id":"a","ts":"now","epoch":"0","state":{"ver":"12","task":-0,"status":1e400}}',
  '{"agent_id":"\\ud800","state":{"task":"\\udc00","status":"\\u0000"}}',
  ' \n\t{ "agent_id" : "spaces" , "state" : { } } \r\n',
];

/** Bytes that are no UTF-8, inside of a text, where they are read as marks, or around it, where nothing can be read. */
function notUtf8(random: Random): Made {
  const [before, after] = ['{"agent_id":"bytes","state":{"task":"', '"}}'];
  const bytes = Buffer.from([0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0xf8, 0x80 + int(random, 0x40)]);
  const inside = random() < 0.5;
  const parts = inside ? [Buffer.from(before), bytes, Buffer.from(after)] : [bytes, Buffer.from(before + after)];
  return [Buffer.concat(parts), !inside];
}

function truncated(random: Random): Made {
  const whole = Buffer.from(JSON.stringify(goodState(random)));
  return [whole.subarray(0, 1 + int(random, whole.length - 1)), true];
}

function tooDeep(random: Random): Made {
  const levels = Math.floor(between(random, 40, 10_000));
  const inner = random() < 0.5 ? nested('{"a":', '1', '}', levels) : nested('[', '', ']', levels);
  return [`{"agent_id":"deep","state":{"x":${inner}}}`, true];
}

function tooLarge(random: Random): Made {
  const fill = 'y'.repeat(Math.floor(between(random, 66_000, 300_000)));
  return random() < 0.5
    ? [JSON.stringify({ agent_id: 'large', state: { fill } }), true]
    : [JSON.stringify({ agent_id: fill.slice(0, 17_000), state: {} }), true];
}

/** How many of a hundred are of each kind; the rest are well-formed, with hostile texts in them. */
const stateMakers: readonly (readonly [share: number, Maker])[] = [
  [15, (random) => [noise(random, 1 + int(random, 300)), true]],
  [15, truncated],
  [10, (random) => [pick(random, wrongTypes), true]],
  [10, (random) => [pick(random, strangeButGood), false]],
  [8, notUtf8],
  [4, tooDeep],
  [4, (random) => [`{"agent_id":"deep","state":{"x":${nested('[', '', ']', 5 + int(random, 20))}}}`, false]],
  [2, tooLarge],
  [1, (random) => [JSON.stringify({ agent_id: id(random), state: { fill: 'z'.repeat(60_000) } }), false]],
  [100, (random) => [JSON.stringify(goodState(random)), false]],
];

const eventMakers: readonly (readonly [share: number, Maker])[] = [
  [20, (random) => [noise(random, int(random, 2_000)), false]],
  [30, (random) => [`error:${pick(random, hostileTexts)}`, false]],
  [
    20,
    (random) => [JSON.stringify({ kind: pick(random, words), agent: id(random), detail: pick(random, words) }), false],
  ],
  [10, (random) => [pick(random, [...wrongTypes, ...strangeButGood]), false]],
  [5, () => [nested('{"kind":', '1', '}', 5_000), false]],
  [2, (random) => ['e'.repeat(Math.floor(between(random, 66_000, 200_000))), true]],
  [100, (random) => [pick(random, hostileTexts), false]],
];

/** The `index`th of an endless row of payloads: the same ones for the same seed. */
export function nextHostile(random: Random): Hostile {
  const isState = random() < 0.8;
  let at = random() * 100;
  const [, make] = (isState ? stateMakers : eventMakers).find(([share]) => (at -= share) < 0)!;
  const [payload, malformed] = make(random);
  return { channel: isState ? 'agent:state:sync' : 'agent:events', payload: Buffer.from(payload as string), malformed };
}

/** 5 MB of one of three kinds: a text, an object and nothing but brackets. */
export function huge(index: number): Hostile {
  const size = 5 * 2 ** 20;
  const kinds = [
    'x'.repeat(size),
    JSON.stringify({ agent_id: 'huge', state: { x: 'y'.repeat(size) } }),
    '['.repeat(size),
  ];
  const payload = Buffer.from(kinds[index % kinds.length]!);
  return { channel: index % 2 === 0 ? 'agent:state:sync' : 'agent:events', payload, malformed: true };
}
