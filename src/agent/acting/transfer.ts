import { exitCodes, UsageError } from '../exitCodes.ts';
import { timeFlag } from '../flags.ts';
import { actingPerson, agentName } from './actor.ts';
import { ttlRange } from './claim.ts';
import { command } from './command.ts';
import { lockOn } from './lease.ts';
import { exactOption, resourceHelp, someResources, tokenFlag } from './resources.ts';
import { inFleet, plainly } from './session.ts';
import { explainShort, timeHelp } from './take.ts';
import { deniedText, limitText, row } from './words.ts';
import { short } from '../statusText.ts';

export const transfer = command({
  summary: 'hand a claim to another agent, or break it',
  help: `usage: signalbox [--agent NAME] transfer RESOURCE --to AGENT [--ttl TIME] [--reason TEXT] [--token N] [--exact]
       signalbox [--agent NAME] transfer RESOURCE --break --reason TEXT [--token N] [--exact]

Takes a claim from whoever holds it now, be it a plain lock, and gives it to AGENT with a new fencing token, or to
nobody. Who loses it and who gets it find a message in their inbox, and the loser's next renewal fails. Prints the
resource, a tab, and the new token or broken. Ends with 1 where nobody holds it, and with 3 where it changed hands
meanwhile or something else is in AGENT's way.

  --ttl TIME      how long AGENT has it unless it is renewed (default 60s, up to 24h)
${timeHelp}
  --reason TEXT   why, for those whom it concerns
  --token N       only the claim with this fencing token. Without it, the one that is there now

The one who does it is the agent, or USER@HOST where none is named.

${resourceHelp}

example: signalbox transfer src/a.ts --to agent-2 --reason "agent-1 is stuck"`,
  words: 'some',
  options: {
    ...exactOption,
    to: { type: 'string' },
    break: { type: 'boolean' },
    ttl: { type: 'string' },
    reason: { type: 'string' },
    token: { type: 'string' },
  },
  read(values, words) {
    const { to, reason = '' } = values;
    const isBreak = values.break === true;
    if (words.length !== 1) throw new UsageError('transfer takes one resource.');
    if (isBreak === (to !== undefined)) {
      throw new UsageError('Say to whom with --to AGENT, or --break to take it from its holder for nobody.');
    }
    if (isBreak && reason.trim() === '')
      throw new UsageError('--break needs a --reason, for the one who loses the claim.');
    return {
      words,
      exact: values.exact === true,
      to: to === undefined ? null : agentName(to),
      ttlMs: timeFlag('--ttl', values.ttl ?? '60s', ttlRange),
      reason,
      token: tokenFlag(values.token),
    };
  },
  run(request, desk) {
    const { to, ttlMs, reason, token } = request;
    const by = actingPerson(desk);
    const resource = someResources(request, desk)[0]!;
    const name = short(resource, 1024);
    const explain = (text: string): void => desk.output.explain(`signalbox: ${text}`);
    if (to !== null) explainShort(ttlMs, desk);
    return inFleet(desk, async ({ client, ns, calls }) => {
      const found = token === null ? await plainly(() => lockOn(client, ns, resource)) : null;
      if (found?.kind === 'free') {
        explain(`Nobody holds ${name}.`);
        return exitCodes.failed;
      }
      const expected = found?.kind === 'lease' ? found.token : token;
      const reply = await calls.transfer(resource, { by, to, expected, ttlMs, reason });
      switch (reply.kind) {
        case 'done':
          desk.output.print(row(resource, to === null ? 'broken' : reply.token));
          return exitCodes.ok;
        case 'changed':
          explain(changedText(name, reply));
          return exitCodes.denied;
        case 'denied':
          explain(`${short(to ?? '')} cannot have it: ${deniedText(reply)}`);
          return exitCodes.denied;
        case 'limit':
          explain(`${short(to ?? '')} cannot have it: ${limitText(reply.what)}`);
          return exitCodes.failed;
      }
    });
  },
});

function changedText(name: string, now: { holder: string; token: number | null }): string {
  if (now.holder === '') return `Nobody holds ${name} any more.`;
  const by = short(now.holder, 128);
  return now.token === null
    ? `${name} has a plain lock of ${by} now. Nothing was changed.`
    : `${name} is held by ${by} now, with the token ${now.token}. Nothing was changed.`;
}
