// node plainAgents.mts PORT AGENTS LOCKS LISTS START-CHANNEL  is so many plain agents in one process.
//
// It makes the locks and lists and each agent's first state, prints `ready`, and from a message on START-CHANNEL on
// sends two states a second for each agent, evenly, while locks are renewed and change hands and lists grow and shrink.
// When stdin ends it prints what it sent, as JSON, and ends.
import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';

const [port = 0, agents = 0, locks = 0, lists = 0] = process.argv.slice(2, 6).map(Number);
const startChannel = process.argv[6] ?? '';
const tickMs = 5;
const perSecond = 2;
const lockTtlMs = 60_000;
/** Each lock is renewed so often, and so many change hands, or lists their depth, in a second. */
const renewEveryMs = 15_000;
const locksMoved = 5;
const listsMoved = 50;

const open = (): Socket => connect({ port, host: '127.0.0.1', noDelay: true }).resume();
const publishers = Array.from({ length: 4 }, open);
const keys = open();
const counts = publishers.map(() => 0);

function command(...parts: (string | number)[]): string {
  const texts = parts.map(String);
  return `*${texts.length}\r\n${texts.map((text) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`).join('')}`;
}

const agentName = (index: number): string => `agent-${String(index % agents)}`;
const lockName = (index: number): string =>
  `lock:src/part-${String((index % locks) % 25)}/file-${String(index % locks)}.ts`;

/** The `index`th message of all; each is about another task, so that none is like another. */
function publish(index: number): void {
  const agent = index % agents;
  const connection = agent % publishers.length;
  const task = `file-${String(agent)}-${String(index)}.ts`;
  const ver = Math.floor(index / agents) + 1;
  const n = (counts[connection] = (counts[connection] ?? 0) + 1);
  const state = { task, status: 'working', ver, connection, n, at: Date.now() };
  const payload = JSON.stringify({ agent_id: agentName(agent), state });
  publishers[connection]?.write(command('PUBLISH', 'agent:state:sync', payload));
}

/** Calls with the number of each thing that has become due, so many a second, without drift. */
function paced(rate: number, call: (index: number) => void, from = 0): void {
  let done = from;
  const start = performance.now();
  setInterval(() => {
    const due = from + Math.floor(((performance.now() - start) * rate) / 1000);
    while (done < due) call(done++);
  }, tickMs);
}

function store(): void {
  for (let i = 0; i < locks; i++) keys.write(command('SET', lockName(i), agentName(i), 'PX', lockTtlMs));
  for (let i = 0; i < lists; i++) keys.write(command('RPUSH', `work-${String(i)}:queue`, 'a', 'b', 'c', 'd', 'e'));
  for (let i = 0; i < agents; i++) keys.write(command('HSET', 'agent:state', agentName(i), '{"status":"waiting"}'));
}

function start(): void {
  paced(agents * perSecond, publish);
  paced(locks / (renewEveryMs / 1000), (i) => keys.write(command('PEXPIRE', lockName(i), lockTtlMs)));
  paced(locksMoved, (i) => keys.write(command('SET', lockName(i * 7), agentName(i * 13), 'PX', lockTtlMs)));
  paced(listsMoved, (i) => {
    const list = `work-${String((i * 11) % lists)}:queue`;
    keys.write(i % 2 === 0 ? command('LPUSH', list, i) : command('RPOP', list));
  });
}

store();
keys.write(command('PING'));
keys.on('data', (data: Buffer) => data.includes('+PONG') && console.log('ready'));
const starter = open();
starter.write(command('SUBSCRIBE', startChannel));
starter.on('data', (data: Buffer) => data.includes('message') && start());
process.stdin.resume().on('end', () => {
  console.log(JSON.stringify({ sent: counts.reduce((sum, count) => sum + count, 0) }));
  process.exit();
});
