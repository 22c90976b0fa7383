import { exitCodes } from '../exitCodes.ts';
import { actingAgent } from './actor.ts';
import { command } from './command.ts';
import { portions, printOutcome, tokensFor } from './hold.ts';
import { heldBy } from './lease.ts';
import { exactOption, resourceHelp, resourcesMeant, tokenFlag, tokenForOne } from './resources.ts';
import { inFleet, plainly } from './session.ts';

export const renew = command({
  summary: 'prolong claims by the time they were claimed for',
  help: `usage: signalbox [--agent NAME] renew [RESOURCE…] [--token N] [--exact]

Prolongs what the agent holds, each claim by the time it was claimed for; without a RESOURCE all of it. Prints for each
resource, behind a tab, renewed or gone, and on standard error whose that is now; ends with 1 where one is gone, or
where nothing is held.

  --token N   of one RESOURCE: only the claim with this fencing token. Without it, whatever claim the agent has now

${resourceHelp}

example: signalbox --agent a renew src/a.ts`,
  words: 'some',
  options: { ...exactOption, token: { type: 'string' } },
  read(values, words) {
    const token = tokenFlag(values.token);
    tokenForOne(token, words.length);
    return { words, exact: values.exact === true, token };
  },
  run(request, desk) {
    const agent = actingAgent(desk);
    const named = resourcesMeant(request, desk);
    return inFleet(desk, async (session) => {
      const { client, ns, calls } = session;
      const isAll = request.words.length === 0;
      const resources = isAll ? (await plainly(() => heldBy(client, ns, agent))).map((lease) => lease.resource) : named;
      const held = await tokensFor(session, agent, resources, request.token);
      const renewed = new Set(held.map(([resource]) => resource));
      for (const some of portions(held)) {
        for (const lost of await calls.renew(agent, some)) renewed.delete(lost);
      }
      const all = await printOutcome(session, resources, 'renewed', (resource) => renewed.has(resource), desk);
      if (resources.length === 0) desk.output.explain('signalbox: This agent holds nothing.');
      return all && resources.length > 0 ? exitCodes.ok : exitCodes.failed;
    });
  },
});
