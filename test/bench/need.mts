import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { startLocalServer } from '../../src/redis/localServer.ts';
import { BareRedis } from '../support/bareRedis.ts';
import { atMost, type Bench, type Figure, quantile } from '../support/figures.mts';
import { loadAverage } from '../support/machine.mts';
import { root } from '../support/paths.mts';
import { during, say } from '../support/progress.mts';
import { quietly } from '../support/quietly.mts';
import { ensureRedis } from '../support/redisBinary.mts';
import { temporaryFolder } from '../support/temporary.mts';
import { installVsix, startServer } from '../support/vscodeServer.mts';
import { Workbench } from '../support/workbench.mts';

const agents = 20;
const usualCount = 300;
const boundMs = 150;
/** Between two agents that begin to wait, and how long each does, in ms; at random, so that they also meet. */
const between = 500;
const waits: readonly [least: number, most: number] = [400, 2_000];
/** Between two edits of one agent, in ms. */
const pause: readonly [least: number, most: number] = [150, 450];

/** Notes in the page when a row with a label comes, by the clock of the machine, which is also ours. */
const watchRows = `(pane) => {
  const present = new Set();
  globalThis.rowsCame = [];
  const look = () => {
    const now = Date.now();
    const labels = new Set([...pane.querySelectorAll('.monaco-list-row .label-name')].map((each) => each.textContent.trim()));
    for (const label of labels) if (!present.has(label)) globalThis.rowsCame.push({ label, at: now });
    present.clear();
    for (const label of labels) present.add(label);
  };
  new MutationObserver(look).observe(pane, { subtree: true, childList: true, characterData: true });
}`;

/** Not a pane around all of them, in which the agents have rows of the same names. */
const paneOfAttention = `[...document.querySelectorAll('.pane > .pane-header h3.title')]
  .find((title) => title.textContent === 'Needs Attention')
  .closest('.pane')`;

const within = ([least, most]: readonly [number, number]): number => least + Math.random() * (most - least);
const nameOf = (agent: number): string => `agent-${String(agent).padStart(2, '0')}`;
const sessionOf = (agent: number): string => `${String(agent).padStart(8, '0')}-1111-4222-8333-444444444444`;

/** Sessions of Claude Code by the calls of their hooks, and what each publishes beside that. */
class Fleet {
  readonly #redis: BareRedis;
  readonly waiting = new Set<number>();
  #isOver = false;
  edits = 0;

  constructor(redis: BareRedis) {
    this.#redis = redis;
  }

  async hook(agent: number, event: string, more: Readonly<Record<string, string>> = {}, rel = ''): Promise<void> {
    const fields = { session_id: sessionOf(agent), hook_event_name: event, ...more };
    const lines = Object.entries(fields).map(([name, value]) => `"${name}":${JSON.stringify(value)}`);
    const name = event.startsWith('Post') ? 'signalbox_hook_end' : 'signalbox_hook';
    const args = ['mini-1', '/repo', rel, lines.join('\n'), '1', 'main', 'sh 9.9.9', ''];
    await this.#redis.call('FCALL', name, 1, 'agent:seq', ...args);
  }

  /** Edits one file after the other, and publishes, until all is over; not while it waits for its human. */
  async work(agent: number): Promise<void> {
    for (let ver = 1; !this.#isOver; ver++) {
      await delay(within(pause));
      if (this.waiting.has(agent)) continue;
      const rel = `src/part-${String(agent)}/file-${String(ver % 7)}.ts`;
      await this.hook(agent, 'PreToolUse', { tool_name: 'Edit' }, rel);
      if (this.waiting.has(agent)) continue;
      await this.hook(agent, 'PostToolUse', { tool_name: 'Edit' }, rel);
      const state = {
        agent_id: `plain-${String(agent)}`,
        state: { task: `task-${String(agent)}`, status: 'working', ver },
      };
      await this.#redis.call('PUBLISH', 'agent:state:sync', JSON.stringify(state));
      this.edits++;
    }
  }

  end(): void {
    this.#isOver = true;
  }
}

interface Came {
  readonly label: string;
  readonly at: number;
}

async function measure(fleet: Fleet, page: Page, count: number): Promise<number[]> {
  await page.evaluate(`(${watchRows})(${paneOfAttention})`);
  const asked: Came[] = [];
  const answered: Promise<void>[] = [];
  while (asked.length < count) {
    await delay(-Math.log(1 - Math.random()) * between);
    const free = Array.from({ length: agents }, (_, agent) => agent).filter((agent) => !fleet.waiting.has(agent));
    const agent = free[Math.floor(Math.random() * free.length)];
    if (agent === undefined) continue;
    fleet.waiting.add(agent);
    // As Claude Code does it: the tool is begun, and then it needs leave.
    await fleet.hook(agent, 'PreToolUse', { tool_name: 'Bash' });
    await delay(50);
    asked.push({ label: nameOf(agent), at: Date.now() });
    await fleet.hook(agent, 'PermissionRequest', { tool_name: 'Bash' });
    answered.push(
      delay(within(waits)).then(async () => {
        await fleet.hook(agent, 'PostToolUse', { tool_name: 'Bash' });
        await delay(1_500);
        fleet.waiting.delete(agent);
      }),
    );
    if (asked.length % 50 === 0) say(`${String(asked.length)} have waited for their human`);
  }
  await Promise.all(answered);
  const came = await page.evaluate<Came[]>('globalThis.rowsCame');
  return asked.map(({ label, at }) => (came.find((row) => row.label === label && row.at >= at)?.at ?? Infinity) - at);
}

/**
 * From the call of the hook that says that an agent needs its human to its row in the page of a real workbench, in which the
 * package is installed, while 20 agents edit and publish.
 */
export const bench: Bench = {
  about: 'from "an agent needs its human" to the row under Needs Attention, while 20 agents work; NEED -- COUNT',
  async run([given]) {
    const count = given === undefined ? usualCount : Number(given);
    const { server: binary } = await ensureRedis();
    const packed = await during('Package', () => quietly('npm', ['run', '--silent', 'vsix'], { cwd: root }));
    if (packed.code !== 0) throw new Error(packed.output);
    const extensions = temporaryFolder('need');
    await installVsix(path.join(root, 'signalbox.vsix'), extensions.folder);
    const redis = await startLocalServer({ binary });
    const caller = await BareRedis.open(redis.port);
    const { source } = createRequire(import.meta.url)(path.resolve('dist/library.cjs')) as { source: string };
    await caller.call('FUNCTION', 'LOAD', source);
    const server = await startServer({ token: 'none', extensionsDir: extensions.folder });
    const fleet = new Fleet(caller);
    try {
      const window = await Workbench.open(server, { viewport: { width: 1280, height: 1100 } });
      // Others may use this machine too, and only what is measured has to be fast.
      window.page.setDefaultTimeout(90_000);
      await window.openContainer('Signalbox');
      await window.command('Signalbox: Connect to Redis');
      await window.page.locator('.quick-input-title', { hasText: 'Connect to Redis' }).waitFor();
      await window.answer(redis.url);
      await window.view('Needs Attention');
      for (let agent = 0; agent < agents; agent++) {
        await fleet.hook(agent, 'SessionStart', { session_title: nameOf(agent) });
      }
      await window.rowsWhen(await window.view('Agents'), (rows) => rows.length > 0);
      const working = Array.from({ length: agents }, (_, agent) => fleet.work(agent));
      await delay(3_000);
      const [from, before] = [Date.now(), fleet.edits];
      const took = await measure(fleet, window.page, count);
      const perSecond = ((fleet.edits - before) * 1_000) / (Date.now() - from);
      fleet.end();
      await Promise.all(working);
      await window.picture('bench-need');
      await window.close();
      return figures(took, perSecond);
    } finally {
      fleet.end();
      await server.stop();
      caller.close();
      await redis.stop();
      extensions.remove();
    }
  },
};

function figures(took: readonly number[], perSecond: number): Figure[] {
  const ms = (share: number): string => `${quantile(took, share).toFixed(0)} ms`;
  return [
    { name: 'agents that work, edits a second of all', value: `${String(agents)}, ${perSecond.toFixed(0)}` },
    { name: 'needs of a human', value: String(took.length) },
    { name: 'from the call to the row, p50 and p95', value: `${ms(0.5)}, ${ms(0.95)}` },
    atMost('  p99', quantile(took, 0.99), boundMs, 'ms', 0),
    { name: '  slowest', value: ms(1) },
    loadAverage(),
  ];
}
