import { exitCodes, UsageError } from '../exitCodes.ts';
import { actingAgent } from './actor.ts';
import { command } from './command.ts';
import { portions, printOutcome, tokensFor } from './hold.ts';
import { exactOption, resourceHelp, resourcesMeant, tokenFlag, tokenForOne } from './resources.ts';
import { inFleet } from './session.ts';
import { row } from './words.ts';

export const release = command({
  summary: 'give claims back',
  help: `usage: signalbox [--agent NAME] release RESOURCE… [--token N] [--exact]
       signalbox [--agent NAME] release --all

Gives back what the agent holds; whoever waits for it has it at once. Prints for each resource, behind a tab, released
or gone, and on standard error whose that is now; ends with 1 where one is gone.

  --all       everything that the agent holds, and its places in line: a process of it that waits goes to the end of it
  --token N   of one RESOURCE: only the claim with this fencing token. Without it, whatever claim the agent has now

${resourceHelp}

example: signalbox --agent a release src/a.ts git:index`,
  words: 'some',
  options: { ...exactOption, token: { type: 'string' }, all: { type: 'boolean' } },
  read(values, words) {
    const token = tokenFlag(values.token);
    const all = values.all === true;
    if (all && (words.length > 0 || token !== null)) throw new UsageError('--all goes without resources and tokens.');
    if (!all && words.length === 0) throw new UsageError('Name the resources, or release --all.');
    tokenForOne(token, all ? 1 : words.length);
    return { words, exact: values.exact === true, token, all };
  },
  run(request, desk) {
    const agent = actingAgent(desk);
    const resources = resourcesMeant(request, desk);
    return inFleet(desk, async (session) => {
      const { calls } = session;
      if (request.all) {
        const released = await calls.releaseAll(agent);
        for (const resource of released) desk.output.print(row(resource, 'released'));
        if (released.length === 0) desk.output.explain('signalbox: This agent held nothing.');
        return exitCodes.ok;
      }
      const released = new Set<string>();
      for (const some of portions(await tokensFor(session, agent, resources, request.token))) {
        const done = await calls.release(agent, some);
        some.forEach(([resource], i) => done[i] === true && released.add(resource));
      }
      const all = await printOutcome(session, resources, 'released', (resource) => released.has(resource), desk);
      return all ? exitCodes.ok : exitCodes.failed;
    });
  },
});
