import { namespacePattern } from '../../protocol/names.ts';
import { agentRules, supervisorRules, viewerRules } from '../../redis/rights.ts';
import { exitCodes, UsageError } from '../exitCodes.ts';
import type { Desk } from './command.ts';

/** Prints what an administrator types to let agents, a supervisor and onlookers of one fleet in, and nobody anywhere else. */
export async function printRules(named: string | null, desk: Desk): Promise<number> {
  const ns = named ?? desk.fleet().ns;
  if (!namespacePattern.test(ns)) throw new UsageError(`${JSON.stringify(ns)} (--namespace) is no namespace.`);
  const fleet = ns.replace(/[:{}]+/g, '-').replace(/^-+|-+$/g, '');
  const prefix = fleet === '' ? '' : `${fleet}-`;
  for (const [what, role, rules] of [
    ['Agents: command line and hook.', 'agent', agentRules(ns)],
    [
      'A supervisor, such as VS Code: also loads the library, publishes and breaks claims.',
      'supervisor',
      supervisorRules(ns),
    ],
    ['Who may see everything and change nothing.', 'viewer', viewerRules(ns)],
  ] as const) {
    desk.output.explain(`# ${what}`);
    desk.output.print(`ACL SETUSER ${prefix}${role} on >PASSWORD-${prefix}${role} ${rules}`);
  }
  return exitCodes.ok;
}
