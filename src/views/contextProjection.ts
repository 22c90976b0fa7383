import type { ContextKeySetter } from '../host/contextKeys.ts';
import { guardOf } from '../model/guard.ts';
import { everybody } from '../model/pauseBook.ts';
import type { Agent, Change, Picture } from '../model/picture.ts';
import type { Disposable } from '../protocol/emitter.ts';
import type { Right } from '../protocol/reasons.ts';

/** Keeps the context keys that follow from the picture. They are few and seldom change, so each change is looked at. */
export function projectContextKeys(picture: Picture, keys: ContextKeySetter): Disposable {
  let guardedOf: readonly Agent[] = [];
  let hasHooks = false;
  // Who has no hooks does not pay for being asked about them with every state that is published.
  const projectGuard = (change: Change | null): void => {
    const isSame = picture.agents === guardedOf && !change?.attention && !(hasHooks && change?.agents.size);
    if (picture.connection.state === 'unconfigured' || isSame) return;
    guardedOf = picture.agents;
    hasHooks = guardedOf.some(({ hook }) => hook !== null);
    keys.set('signalbox.guard', guardOf(guardedOf).state);
  };
  const project = (change: Change | null): void => {
    projectGuard(change);
    keys.set('signalbox.connection', picture.connection.state);
    keys.set('signalbox.hasAgents', picture.agents.length > 0);
    keys.set(
      'signalbox.fleetPaused',
      picture.pauses.some(({ target }) => target === everybody),
    );
    const { state, looks, notifications } = picture.connection;
    keys.set('signalbox.sweeping', state === 'live' && looks?.how === 'sweep' && !notifications);
    const lacks = new Set<Right>();
    for (const reason of picture.connection.troubles.values()) {
      if (reason.code === 'missing-right') lacks.add(reason.what);
    }
    keys.set('signalbox.claimsHidden', lacks.has('keys') || lacks.has('locks'));
    keys.set('signalbox.queuesHidden', lacks.has('keys') || lacks.has('queues'));
  };
  project(null);
  return picture.onDidChange(project);
}
