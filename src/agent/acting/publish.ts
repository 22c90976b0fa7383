import { decodeStored } from '../../protocol/decode.ts';
import { parseObject } from '../../protocol/json.ts';
import { limits, stateHash } from '../../protocol/names.ts';
import type { PublishReply } from '../../redis/library/calls.ts';
import { exitCodes, UsageError } from '../exitCodes.ts';
import { actingAgent } from './actor.ts';
import { command } from './command.ts';
import { about, inFleet, plainly, type Session } from './session.ts';
import { textOrStdin } from './stdin.ts';

export const publish = command({
  summary: 'publish a state with its version; an older one is refused',
  help: `usage: signalbox [--agent NAME] publish [--new-run] JSON

Publishes a state: a JSON object with a whole number "ver" that grows with every change, and by custom "task" and
"status". \`-\` reads it from standard input. It replaces the state before. Prints

  accepted    it is the agent's state now
  same        this very state is known already
  stale       a newer version is known; ends with 1
  divergent   this version is known with another content; ends with 1

Versions count within a run of the agent. A state belongs to the run whose state is stored, or to none (epoch 0) where
nothing is stored; --new-run says hello first, and so begins a run in which versions may start again.

example: signalbox --agent a publish '{"task":"login","status":"working","ver":3}'`,
  words: 'some',
  options: { 'new-run': { type: 'boolean' } },
  read(values, [text, ...more]) {
    if (text === undefined || more.length > 0) {
      throw new UsageError(`publish takes one state, quoted for the shell: publish '{"status":"working","ver":1}'`);
    }
    return { text, newRun: values['new-run'] === true };
  },
  async run({ text, newRun }, desk) {
    const agent = actingAgent(desk);
    const state = (await textOrStdin(text)).trim();
    checkState(state);
    return inFleet(desk, async (session) => {
      const epoch = newRun
        ? (await session.calls.hello(agent, about(agent))).epoch
        : await plainly(() => storedEpoch(session, agent));
      const reply = await session.calls.publish(agent, epoch, state);
      desk.output.print(reply.kind);
      if (reply.kind === 'accepted' || reply.kind === 'same') return exitCodes.ok;
      desk.output.explain(`signalbox: ${refusalText(agent, reply)}`);
      return exitCodes.failed;
    });
  },
});

/** Before anything is said of a run that then has no state. Throws UsageError. */
function checkState(text: string): void {
  const parsed = parseObject(text, limits.state);
  if (!parsed.ok) throw new UsageError(`The state is ${parsed.reason}.`);
  const { ver } = parsed.value;
  if (ver === undefined) {
    throw new UsageError('The state has no "ver"; put a whole number that grows with every change into it.');
  }
  const number = typeof ver === 'string' && /^\d{1,16}$/.test(ver) ? Number(ver) : ver;
  if (!Number.isSafeInteger(number) || (number as number) < 0) {
    throw new UsageError('The state has a "ver" that is not a whole number from 0 on.');
  }
}

/** The run that an agent's stored state is of; 0 where nothing is stored, or nothing that can be read. */
async function storedEpoch({ client, ns }: Session, agent: string): Promise<number> {
  const text = await client.hget(ns + stateHash, agent);
  const stored = text === null ? null : decodeStored(agent, text);
  return stored?.ok ? stored.value.epoch : 0;
}

function refusalText(agent: string, { kind, epoch, ver }: Exclude<PublishReply, { kind: 'accepted' }>): string {
  const known = `version ${ver}${epoch === 0 ? '' : ` of the run ${epoch}`}`;
  return kind === 'divergent'
    ? `${agent} has published ${known} with another content. Nothing was changed; publish a greater "ver".`
    : `${agent} has published ${known}, which is newer. Nothing was changed; publish a greater "ver", or begin a run with --new-run.`;
}
