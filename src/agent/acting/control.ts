import { exceedsBytes } from '../../protocol/json.ts';
import { limits } from '../../protocol/names.ts';
import { exitCodes, UsageError } from '../exitCodes.ts';
import { short } from '../statusText.ts';
import { actingPerson, agentName } from './actor.ts';
import { command, type Desk } from './command.ts';
import { explainUnknown } from './known.ts';
import { inFleet } from './session.ts';

const everyone = '*';

export const pause = command({
  summary: 'ask an agent, or all, to stop for now',
  help: `usage: signalbox [--agent NAME] pause [AGENT] [--reason TEXT]

Records that AGENT, or without one that every agent, is to pause, and tells it on the channel agent:control. Agents that
obey stop before their next step. Prints its name, a tab, and paused, or unchanged where it was so already. The one who
does it is the agent, or USER@HOST where none is named.

example: signalbox pause agent-2 --reason 'wait for the migration'`,
  words: 'some',
  options: { reason: { type: 'string' } },
  read(values, words) {
    const { reason = '' } = values;
    if (exceedsBytes(reason, limits.reason)) throw new UsageError('The reason is longer than 1 KiB.');
    return { target: targetOf(words), reason };
  },
  run: ({ target, reason }, desk) => control(desk, target, 'pause', reason),
});

export const resume = command({
  summary: 'let an agent, or all, go on',
  help: `usage: signalbox [--agent NAME] resume [AGENT]

Takes back a pause: that of AGENT, or without one that of every agent. A pause of all and the pauses of single agents
are taken back each for itself. Prints its name, a tab, and resumed, or unchanged where there was none. The one who does
it is the agent, or USER@HOST where none is named.

example: signalbox resume agent-2`,
  words: 'some',
  options: {},
  read: (_values, words) => ({ target: targetOf(words) }),
  run: ({ target }, desk) => control(desk, target, 'resume', ''),
});

function targetOf(words: readonly string[]): string {
  if (words.length > 1) throw new UsageError(`There are ${words.length} names; give one agent, or none for all.`);
  return agentName(words[0] ?? everyone);
}

function control(desk: Desk, target: string, action: 'pause' | 'resume', reason: string): Promise<number> {
  const by = actingPerson(desk);
  return inFleet(desk, async (session) => {
    const changed = await session.calls.control(by, target, action, reason);
    const who = target === everyone ? 'everyone' : short(target, 128);
    desk.output.print(`${who}\t${changed ? `${action}d` : 'unchanged'}`);
    if (action === 'pause' && target !== everyone) await explainUnknown(session, target, desk);
    return exitCodes.ok;
  });
}
