import { isOldHook } from '../protocol/hookVersion.ts';
import { personRole } from '../protocol/person.ts';
import type { Reason } from '../protocol/reasons.ts';
import type { Agent } from './picture.ts';

/** Who of a fleet is kept from editing what another holds. Sessions are agents that are no other's child. */
export interface Guard {
  /** `none`: no hook has called for anybody who lives; `partial`: not for all of them. */
  readonly state: 'none' | 'partial' | 'on';
  /** Living sessions that a hook tells of, and those that none does. */
  readonly guarded: readonly Agent[];
  readonly unguarded: readonly Agent[];
  /** Of the latter those that are Claude Code's own, by their id: for them a hook should have called. */
  readonly silent: readonly Agent[];
  /** Guarded ones whose hook is older than ours. */
  readonly outdated: readonly Agent[];
}

/** Claude Code calls a session so, and what is run in its shell acts by that name. */
const sessionId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function guardOf(agents: readonly Agent[]): Guard {
  const sessions = agents.filter(
    ({ id, parent, role, liveness }) =>
      !id.includes('/') && parent === null && role !== personRole && liveness !== 'dead' && liveness !== 'unknown',
  );
  const guarded = sessions.filter(({ hook }) => hook !== null);
  const unguarded = sessions.filter(({ hook }) => hook === null);
  return {
    state: guarded.length === 0 ? 'none' : unguarded.length === 0 ? 'on' : 'partial',
    guarded,
    unguarded,
    silent: unguarded.filter(({ id }) => sessionId.test(id)),
    outdated: guarded.filter(({ hook }) => isOldHook(hook!.by)),
  };
}

/** What is the matter with a guard, each with the sessions that it is about. */
export function guardTroubles({ silent, outdated }: Guard): { reason: Reason; about: readonly Agent[] }[] {
  const by = outdated[0]?.hook?.by ?? '';
  const troubles: { reason: Reason; about: readonly Agent[] }[] = [
    { reason: { code: 'guard-silent', count: silent.length }, about: silent },
    { reason: { code: 'guard-old', by, count: outdated.length }, about: outdated },
  ];
  return troubles.filter(({ about }) => about.length > 0);
}
