import type { ContextKeySetter } from '../host/contextKeys.ts';
import { ownName } from '../host/person.ts';
import type { Picture } from '../model/picture.ts';
import type { Disposable } from '../protocol/emitter.ts';
import type { WorkspaceFiles } from './workspaceFiles.ts';

/** Paths that menus look through whenever they open. */
const most = 500;

/** Tells menus which files and folders the person holds: as `resourcePath` has them, on this machine and on that of a remote's window. */
export function projectOwnPaths(picture: Picture, files: WorkspaceFiles, keys: ContextKeySetter): Disposable {
  const me = ownName();
  const project = (): void => {
    const held = picture.connection.namespaces.flatMap((ns) => picture.claimsHeldBy(ns, me));
    const places = held.flatMap(({ ns, resource }) => files.places(ns, resource)).slice(0, most);
    keys.set('signalbox.claimedByMe', [...new Set(places.flatMap(({ fsPath, path }) => [fsPath, path]))]);
  };
  project();
  return picture.onDidChange(({ claims, connection }) => {
    if (claims.size > 0 || connection) project();
  });
}
