import type { ContextKeySetter } from '../host/contextKeys.ts';
import type { Picture } from '../model/picture.ts';
import type { Disposable } from '../protocol/emitter.ts';
import type { Right } from '../protocol/reasons.ts';

/** Keeps the context keys that follow from the picture. They are few and seldom change, so each change is looked at. */
export function projectContextKeys(picture: Picture, keys: ContextKeySetter): Disposable {
  const project = (): void => {
    keys.set('signalbox.connection', picture.connection.state);
    keys.set('signalbox.hasAgents', picture.agents.length > 0);
    const lacks = new Set<Right>();
    for (const reason of picture.connection.troubles.values()) {
      if (reason.code === 'missing-right') lacks.add(reason.what);
    }
    keys.set('signalbox.claimsHidden', lacks.has('keys') || lacks.has('locks'));
    keys.set('signalbox.queuesHidden', lacks.has('keys') || lacks.has('queues'));
  };
  project();
  return picture.onDidChange(project);
}
