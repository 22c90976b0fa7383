import { sidePrefix, stateHash } from '../../protocol/names.ts';
import { short } from '../statusText.ts';
import type { Desk } from './command.ts';
import type { Session } from './session.ts';

/** Tells the person at the terminal if nothing is known of an agent yet, whose name may be misspelt. Never rejects. */
export async function explainUnknown({ client, ns }: Session, agent: string, desk: Desk): Promise<void> {
  try {
    const signs = await Promise.all([
      client.hexists(ns + stateHash, agent),
      client.hexists(`${ns}${sidePrefix}agents`, agent),
      client.exists(`${ns}${sidePrefix}held:${agent}`),
    ]);
    if (signs.includes(1)) return;
    const fleet = ns === '' ? 'among the agents without a namespace' : `in ${short(ns)}`;
    desk.output.explain(
      `signalbox: No agent "${short(agent, 128)}" is known ${fleet} yet; this waits until one comes.`,
    );
  } catch {
    // A hint is not worth an error.
  }
}
