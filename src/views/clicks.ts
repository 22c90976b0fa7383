import { resourceKind } from '../protocol/names.ts';
import type { ResourceFinder } from './places.ts';
import type { Row } from './row.ts';

/**
 * What a click on the row of a file does. Where the file is in exactly one place it opens there; otherwise a command asks
 * which one is meant, or says that there is none. `quiet`: it need not be a file, and does nothing where there is none.
 */
export function clickOn(ns: string, resource: string, files: ResourceFinder, quiet = false): Row['click'] {
  if (resourceKind(resource) !== 'file') return null;
  const places = files.find(ns, resource);
  const only = places?.length === 1 ? places[0] : undefined;
  if (only !== undefined) return { open: only };
  if (quiet && (places === undefined || places.length === 0)) return null;
  return { command: 'signalbox.openResource', argument: { ns, resource } };
}
