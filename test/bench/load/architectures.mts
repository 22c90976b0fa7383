import type { Figure } from '../../support/figures.mts';
import { never } from '../../support/figures.mts';
import type { LoadProcess } from '../../support/loadProcess.mts';
import { overlapping, type Session } from '../../support/overlaps.ts';
import { say } from '../../support/progress.mts';
import type { Architecture, PickerRound, Pickers } from './picker.ts';

const fleets = [2, 6, 20];
const architectures: Record<Architecture, string> = {
  memory: 'local memory only',
  broadcast: 'pub/sub',
  stamped: 'pub/sub, version stamps',
  claim: 'atomic claim',
};
const backlog = 100;
const backlogsForMs = 2_500;
const againForMs = 2_000;
const workMs = [5, 15] as const;

/** How many tasks had two agents at work at once, of how many. */
interface Tally {
  conflicts: number;
  tasks: number;
}

/** The table of the broadcast article: how often two agents are at work on one task, by what they know of each other. */
export async function architectureTable(
  processes: readonly LoadProcess[],
  url: string,
  seed: number,
): Promise<Figure[]> {
  const figures: Figure[] = [
    { name: 'a conflict', value: 'a task that two agents worked on at once' },
    { name: 'picked', value: 'at random, of what an agent believes free' },
    { name: 'work on a task, pause', value: `${workMs.join(' to ')} ms, none` },
    { name: 'backlog', value: `${String(backlog)} tasks, each done once` },
    { name: 'again', value: 'as many tasks as agents, again and again' },
  ];
  for (const agents of fleets) {
    for (const [architecture, words] of Object.entries(architectures) as [Architecture, string][]) {
      const ns = `table-${String(agents)}-${architecture}:`;
      const tallies = await measure(processes.slice(0, agents), { url, ns, architecture, agents: names(agents), seed });
      figures.push(...cells(`${String(agents)} agents, ${words}`, tallies, architecture === 'claim'));
    }
  }
  return figures;
}

async function measure(processes: readonly LoadProcess[], input: Pickers): Promise<{ once: Tally; again: Tally }> {
  const mine = (at: number): string[] => input.agents.filter((_, i) => i % processes.length === at);
  await Promise.all(
    processes.map((process, at) => process.ask('open', { ...input, agents: mine(at), seed: input.seed + at * 1_000 })),
  );
  const round = async (question: PickerRound): Promise<Session[]> =>
    (await Promise.all(processes.map((process) => process.ask<Session[]>('round', question)))).flat();
  const once: Tally = { conflicts: 0, tasks: 0 };
  const from = performance.now();
  for (let n = 0; performance.now() - from < backlogsForMs; n++) {
    const conflicts = overlapping(await round({ tasks: tasks(`backlog-${String(n)}`, backlog), workMs }));
    once.conflicts += new Set([...conflicts].map(({ task }) => task)).size;
    once.tasks += backlog;
  }
  const sessions = await round({ tasks: tasks('again', input.agents.length), againForMs, workMs });
  say(
    `${String(input.agents.length)} agents, ${architectures[input.architecture]}: ${String(once.conflicts)} conflicts`,
  );
  return { once, again: { conflicts: overlapping(sessions).size, tasks: sessions.length } };
}

/** Where the library decides there must be none; how much there is elsewhere is what it is. */
function cells(name: string, { once, again }: { once: Tally; again: Tally }, mustBeNone: boolean): Figure[] {
  if (mustBeNone) return [never(name, once.conflicts + again.conflicts, once.tasks + again.tasks)];
  return [{ name, value: `backlog ${share(once)}, again ${share(again)}` }];
}

function share({ conflicts, tasks }: Tally): string {
  const of = `of ${tasks.toLocaleString('en')}`;
  if (conflicts === 0) return `less than ${(300 / tasks).toPrecision(2)} % (none ${of})`;
  return `${((conflicts * 100) / tasks).toPrecision(2)} % ${of}`;
}

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `agent-${String(i + 1)}`);
const tasks = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}/task-${String(i + 1)}.ts`);
