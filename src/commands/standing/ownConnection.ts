import type { Picture } from '../../model/picture.ts';
import type { Disposable } from '../../protocol/emitter.ts';
import type { OwnClaims } from './ownClaims.ts';
import type { UnsavedClaims } from './unsavedClaims.ts';

/** Tells the person's claims what becomes of the connection, and what the function library says of them. */
export function joined(claims: OwnClaims, unsaved: UnsavedClaims, picture: Picture): Disposable {
  let [url, wasLive] = [picture.connection.url, picture.connection.state === 'live'];
  const listening = picture.onDidChange(({ connection }) => {
    if (!connection) return;
    const now = picture.connection;
    claims.moved(now.url === url ? now.namespaces : []);
    url = now.url;
    const isLive = now.state === 'live';
    if (isLive && !wasLive) {
      claims.connected();
      unsaved.connected();
    }
    wasLive = isLive;
  });
  const hearing = picture.onTold(({ change, event }) => {
    if (change !== null) claims.heard(event.ns, change);
  });
  const ending = claims.onDidEnd((place) => unsaved.ended(place));
  return {
    dispose: () => {
      listening.dispose();
      hearing.dispose();
      ending.dispose();
    },
  };
}
