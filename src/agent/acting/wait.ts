import type { Denied } from '../../redis/library/calls.ts';
import { resourceKind } from '../../protocol/names.ts';
import { exitCodes } from '../exitCodes.ts';
import { timeFlag } from '../flags.ts';
import { short } from '../statusText.ts';
import { claimInLine, type InLineReply } from '../../redis/library/inLine.ts';
import { actingAgent } from './actor.ts';
import { agentNames, type Names } from './agentNames.ts';
import { command } from './command.ts';
import { Interrupt } from './interrupt.ts';
import { exactOption, resourceHelp, someResources } from './resources.ts';
import { inFleet } from './session.ts';
import { timeHelp, usualWait, waitRange } from './take.ts';
import { circleText, claimJson, deniedText, limitText } from './words.ts';

/** How long it is held for whoever then edits it, in ms: time to read a file and begin. */
const holdMs = 30_000;

export const wait = command({
  summary: 'wait in line for files, then hold them until you edit them',
  help: `usage: signalbox [--agent NAME] wait PATH… [--wait TIME] [--exact] [--json]

Waits until all of the files are free, and holds them for 30 s in the agent's name. In the shell of a Claude Code
session that is the session: whichever of its agents edits the file within that time takes it over. Says on one line
that it waits, for whom and at which place in line, and on another what to do now. Ends with 0 when it holds them; with
3 where waiting would close a circle; with 5 where the wait was in vain. Ctrl-C leaves the line.

  --wait TIME     the longest wait (default ${usualWait}, up to 24h); less than what your shell allows a command
${timeHelp}
  --json          one JSON object, as of claim, whatever came of it

${resourceHelp}

example: signalbox wait src/a.ts --wait 90s`,
  words: 'some',
  options: { ...exactOption, wait: { type: 'string' }, json: { type: 'boolean' } },
  read: (values, words) => ({
    words,
    exact: values.exact === true,
    waitMs: timeFlag('--wait', values.wait ?? usualWait, waitRange),
    json: values.json === true,
  }),
  run(request, desk) {
    const { waitMs, json } = request;
    const agent = actingAgent(desk);
    const resources = someResources(request, desk);
    return inFleet(desk, async (session) => {
      const interrupt = new Interrupt();
      const { signal } = interrupt;
      try {
        const names = agentNames(session);
        // Who stands before us changes, which is not worth a line of what an agent reads.
        const told: Promise<void>[] = [];
        const tell = async (denied: Denied): Promise<void> => {
          const named = await names([denied.holder]);
          desk.output.explain(`signalbox: Waiting: ${deniedText(denied, named)}`);
        };
        const onDenied = (denied: Denied): void => {
          if (told.length === 0) told.push(tell(denied));
        };
        const wish = { resources, ttlMs: holdMs, task: '', waitMs, signal, onDenied };
        const reply = await claimInLine(session.line, agent, wish);
        await Promise.all(told);
        if (reply.kind === 'granted' && signal.aborted) {
          await session.calls.release(agent, [...reply.tokens]);
          return interrupt.asEnd.code;
        }
        if (json && reply.kind !== 'aborted') desk.output.print(claimJson(agent, reply));
        const text = resultText(reply, resources, await names(agentsIn(reply)));
        if (reply.kind !== 'granted') desk.output.explain(`signalbox: ${text}`);
        else if (!json) desk.output.print(text);
        return reply.kind === 'aborted' ? interrupt.asEnd.code : codes[reply.kind];
      } finally {
        interrupt.dispose();
      }
    });
  },
});

const codes: Record<Exclude<InLineReply['kind'], 'aborted'>, number> = {
  granted: exitCodes.ok,
  denied: exitCodes.denied,
  deadlock: exitCodes.denied,
  limit: exitCodes.failed,
  'waited-in-vain': exitCodes.waitedInVain,
};

/** The agents that a reply names. */
function agentsIn(reply: InLineReply): string[] {
  if (reply.kind === 'deadlock') return reply.circle;
  if (reply.kind === 'waited-in-vain') return [reply.denied.holder];
  return reply.kind === 'denied' ? [reply.holder] : [];
}

/** What came of it, for an agent that wants to know what to do now. */
export function resultText(reply: InLineReply, resources: readonly string[], names: Names): string {
  switch (reply.kind) {
    case 'granted':
      return heldText(resources);
    case 'denied':
      return deniedText(reply, names);
    case 'deadlock':
      return `${circleText(reply.circle, names)} Or work on something else meanwhile.`;
    case 'limit':
      return limitText(reply.what);
    case 'waited-in-vain':
      return `Waited in vain: ${deniedText({ ...reply.denied, position: 0 }, names)} Work on something else, and try again later.`;
    case 'aborted':
      return 'The wait was ended, and the place in line given up.';
  }
}

function heldText(resources: readonly string[]): string {
  const list = resources.map((resource) => short(resource, 1024)).join(', ');
  const held = `You hold ${list} for ${holdMs / 1000} s`;
  if (!resources.some((resource) => resourceKind(resource) === 'file')) return `${held}.`;
  return resources.length === 1 ? `${held}: read it again, then edit it.` : `${held}: read them again, then edit them.`;
}
