import { timeFlag } from '../flags.ts';
import { actingAgent } from './actor.ts';
import { command } from './command.ts';
import { Interrupt } from './interrupt.ts';
import { exactOption, resourceHelp, someResources } from './resources.ts';
import { inFleet } from './session.ts';
import { explainShort, take, takeOptions, timeHelp, waitFlag, waitHelp, withWait } from './take.ts';
import { claimJson, row } from './words.ts';

export const ttlRange = { least: '1ms', most: '24h', example: '60s' };

export const claim = command({
  summary: 'take resources, all or none of them',
  help: `usage: signalbox [--agent NAME] claim RESOURCE… [--ttl TIME] [--wait [TIME]] [--task TEXT] [--exact] [--json]

Takes all of the resources for a time, or none. Prints a line for each: the resource, a tab, and its fencing token, a
number that only grows. What the agent holds already is prolonged and keeps its token. Ends with 3 where somebody else
is in the way, and says who; with 5 where the wait was in vain; with 3 also where waiting would close a circle.

  --ttl TIME      how long it is held unless it is renewed (default 60s, up to 24h)
${waitHelp}
${timeHelp}
  --task TEXT     what it is for, for whoever is denied
  --json          one JSON object, whatever came of it

${resourceHelp}

example: signalbox --agent a claim src/a.ts git:index --ttl 5m --wait 30s`,
  words: 'some',
  options: { ...takeOptions, ...exactOption, json: { type: 'boolean' } },
  before: withWait,
  read: (values, words) => ({
    words,
    exact: values.exact === true,
    ttlMs: timeFlag('--ttl', values.ttl ?? '60s', ttlRange),
    waitMs: waitFlag(values.wait),
    task: values.task ?? '',
    json: values.json === true,
  }),
  run(request, desk) {
    const { ttlMs, waitMs, task, json } = request;
    const agent = actingAgent(desk);
    const resources = someResources(request, desk);
    explainShort(ttlMs, desk);
    return inFleet(desk, async (session) => {
      // Without a wait there is nothing to give up, and Ctrl-C ends the program as usual.
      const interrupt = waitMs > 0 ? new Interrupt() : null;
      try {
        const wish = { resources, ttlMs, waitMs, task };
        const { code, reply, granted } = await take(session, agent, wish, desk, interrupt);
        if (json && reply.kind !== 'aborted') desk.output.print(claimJson(agent, reply));
        else for (const [resource, token] of granted?.tokens ?? []) desk.output.print(row(resource, token));
        return code;
      } finally {
        interrupt?.dispose();
      }
    });
  },
});
