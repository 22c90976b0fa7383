import { randomUUID } from 'node:crypto';
import { exceedsBytes } from '../../protocol/json.ts';
import { limits } from '../../protocol/names.ts';
import { exitCodes, UsageError } from '../exitCodes.ts';
import { actingPerson, agentName } from './actor.ts';
import { command } from './command.ts';
import { explainUnknown } from './known.ts';
import { inFleet } from './session.ts';
import { textOrStdin } from './stdin.ts';

export const send = command({
  summary: 'put a message into the inbox of an agent, or of all',
  help: `usage: signalbox [--agent NAME] send AGENT TEXT

Puts a message of at most 4 KiB into an agent's inbox, which keeps the last 100; '*' stands for every other agent that
is known. \`-\` for TEXT reads it from standard input. The sender is the agent, or USER@HOST where none is named. Prints
how many inboxes it reached.

example: signalbox send agent-2 'The schema is ready; go on.'`,
  words: 'some',
  options: {},
  read(_values, [to, text, ...more]) {
    if (to === undefined || text === undefined || more.length > 0) {
      throw new UsageError("send takes a receiver and one text, quoted for the shell: send agent-2 'Go on.'");
    }
    return { to: agentName(to), text };
  },
  async run({ to, text }, desk) {
    const from = actingPerson(desk);
    const message = (await textOrStdin(text)).replace(/\r?\n$/, '');
    if (message === '') throw new UsageError('The message is empty.');
    if (exceedsBytes(message, limits.message)) {
      throw new UsageError(`The message is longer than ${limits.message / 1024} KiB.`);
    }
    return inFleet(desk, async (session) => {
      desk.output.print(String(await session.calls.send(from, to, randomUUID(), message)));
      if (to !== '*') await explainUnknown(session, to, desk);
      return exitCodes.ok;
    });
  },
});
