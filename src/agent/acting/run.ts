import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { every } from '../../protocol/clock.ts';
import { limits } from '../../protocol/names.ts';
import { UserError } from '../../redis/userError.ts';
import { UsageError } from '../exitCodes.ts';
import { timeFlag } from '../flags.ts';
import { short } from '../statusText.ts';
import { actingAgent, agentName } from './actor.ts';
import { command, type Desk } from './command.ts';
import { Interrupt, type Ended } from './interrupt.ts';
import { Keeper } from './keeper.ts';
import { heldBy } from './lease.ts';
import { lossText } from './loss.ts';
import { runProgram } from './program.ts';
import { exactOption, resourceHelp, resourcesMeant } from './resources.ts';
import { RunReport } from './runReport.ts';
import { about, inFleet, located, plainly, type Session } from './session.ts';
import { take, takeOptions, timeHelp, waitFlag, waitHelp, withWait } from './take.ts';

/** How often a sign of life is given, in ms; without one an agent counts as idle after 60 s. */
const beatInterval = 30_000;

export const run = command({
  summary: 'run any program as an agent that holds claims and reports its end',
  help: `usage: signalbox [--agent NAME] run [--claim RESOURCE]… [--ttl TIME] [--wait [TIME]] [--task TEXT] [--exact]
                                      -- COMMAND ARGS…

Says hello as an agent, claims what --claim names, publishes that it runs, and starts COMMAND with the input, outputs
and signals of this program. While it runs, all claims of the agent are renewed in time, also those that COMMAND makes
itself. When it ends, that is published ("status" done or failed, with "exit"), and all claims are released. Ends as
COMMAND does: with its exit code, or 128 and the number of the signal that ended it; 127 where there is no such program.

COMMAND finds SIGNALBOX_AGENT and SIGNALBOX_NAMESPACE in its environment, and SIGNALBOX_REDIS_URL if you set that or
--url, so that the commands of this program in it act as the same agent. A run inside of an agent is a child of it,
named NAME/…, unless --agent says otherwise.

Without Redis it is not started (4), and neither if a claim is denied (3) or waited for in vain (5). If Redis is lost
while it runs it goes on, and that is said on standard error, as is a claim that is lost.

  --claim RESOURCE   what to hold while it runs; again for more
  --ttl TIME         how long a claim outlives this program (default 60s, 1s to 24h). A claim that COMMAND makes itself
                     is renewed in time if it was made for at least that long, or for at least 60s
${waitHelp.replace('TIME] ', 'TIME]    ')}
${timeHelp.replace('TIME ', 'TIME    ')}
  --task TEXT        what it works on (default the name of the program)

${resourceHelp}

example: signalbox --agent builder run --claim dist/ --wait 5m -- npm run build`,
  words: 'program',
  options: { ...takeOptions, ...exactOption, claim: { type: 'string', multiple: true } },
  before: withWait,
  read(values, words) {
    // An empty word is what a shell makes of a variable that is not set.
    if ((words[0] ?? '') === '')
      throw new UsageError('run takes the program to start behind --: run --ttl 60s -- npm test');
    return {
      claims: { words: values.claim ?? [], exact: values.exact === true },
      ttlMs: timeFlag('--ttl', values.ttl ?? '60s', { least: '1s', most: '24h', example: '60s' }),
      waitMs: waitFlag(values.wait),
      task: values.task ?? basename(words[0]!),
      program: words,
    };
  },
  async run({ claims, ttlMs, waitMs, task, program }, desk) {
    const agent = runName(desk);
    const resources = resourcesMeant(claims, desk);
    if (resources.length > limits.resourcesPerCall) {
      throw new UsageError(`That is more than ${limits.resourcesPerCall} resources at once.`);
    }
    return inFleet(desk, async (session) => {
      // From here on there is something to give back.
      const interrupt = new Interrupt();
      try {
        const { epoch } = await session.calls.hello(agent, { ...about(agent), pid: process.pid });
        let granted: ReadonlyMap<string, number> = new Map();
        if (resources.length > 0) {
          const taken = await take(session, agent, { resources, ttlMs, waitMs, task }, desk, interrupt);
          if (!taken.granted) return taken.code;
          granted = taken.granted.tokens;
        }
        const report = new RunReport(session, agent, epoch, task);
        try {
          await report.running();
        } catch (error) {
          await session.calls.releaseAll(agent).catch(() => {});
          throw error;
        }
        const ended = interrupt.signal.aborted
          ? interrupt.asEnd
          : await whileKept(session, agent, { granted, ttlMs }, report, desk, () =>
              runProgram(program, {
                cwd: desk.folder,
                env: { ...desk.env, ...environment(agent, session, desk) },
                isTerminal: process.stdin.isTTY || process.stderr.isTTY,
              }),
            );
        if (ended.failure !== null) desk.output.explain(`signalbox: Not started: ${short(ended.failure, 300)}.`);
        await finish(session, agent, report, ended, desk);
        return ended.code;
      } finally {
        interrupt.dispose();
      }
    });
  },
});

/** A run inside of an agent is a child of its own; who names an agent means just that. Throws UsageError. */
function runName(desk: Desk): string {
  const agent = actingAgent(desk);
  return desk.isAgentTyped ? agent : agentName(`${agent}/${randomBytes(3).toString('hex')}`);
}

/** What the program's own commands need to act as the same agent in the same fleet. */
function environment(agent: string, { url, ns }: Session, desk: Desk): NodeJS.ProcessEnv {
  // An address from a flag holds no password; a default one needs no variable.
  const address = desk.isUrlTyped ? { SIGNALBOX_REDIS_URL: url } : {};
  return { SIGNALBOX_AGENT: agent, SIGNALBOX_NAMESPACE: ns, ...address };
}

/** Renews all claims and gives signs of life while a program runs. That Redis is lost is told once for each time. */
async function whileKept(
  session: Session,
  agent: string,
  { granted, ttlMs }: { granted: ReadonlyMap<string, number>; ttlMs: number },
  report: RunReport,
  desk: Desk,
  program: () => Promise<Ended>,
): Promise<Ended> {
  const { client, calls, ns } = session;
  const explain = (text: string): void => desk.output.explain(`signalbox: ${text}`);
  const keeper = new Keeper({
    agent,
    calls,
    held: () => plainly(() => heldBy(client, ns, agent)),
    ttlMs,
    clock: desk.clock,
    onLost: (resource, token) =>
      void lossText(session, agent, resource, token)
        .catch(() => `${short(resource, 1024)} is not held any more`)
        .then((text) => text !== null && explain(`Lost: ${text}.`)),
    onTrouble: (error) =>
      explain(
        `${String((located(error, session) as Error).message)} ` +
          'The program goes on; its claims end when their time is up, unless Redis comes back.',
      ),
    onBack: () => {
      explain('Redis is back.');
      report.running().catch(() => {});
    },
  });
  const beats = every(desk.clock, beatInterval, () => void report.beat().catch(() => {}));
  client.on('close', () => keeper.trouble(new UserError({ code: 'closed' })));
  client.on('ready', () => void keeper.look());
  keeper.start(granted, ttlMs);
  try {
    return await program();
  } finally {
    keeper.dispose();
    beats.dispose();
  }
}

/** Reports the end and releases everything, as far as Redis can be reached; it is not waited for longer than for any call. */
async function finish(session: Session, agent: string, report: RunReport, ended: Ended, desk: Desk): Promise<void> {
  const [said, released] = await Promise.allSettled([report.ended(ended), session.calls.releaseAll(agent)]);
  const failed = [said, released].find((outcome) => outcome.status === 'rejected');
  if (failed) {
    const { message } = failed.reason as Error;
    desk.output.explain(`signalbox: The end could not be reported, and claims end when their time is up: ${message}`);
  }
}
