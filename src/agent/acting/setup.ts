import { loadLibrary, versionIn, compareVersions } from '../../redis/library/load.ts';
import { exitCodes } from '../exitCodes.ts';
import { command } from './command.ts';
import { inFleet } from './session.ts';

export const setup = command({
  summary: 'put the function library on the server, which decides claims and versions',
  help: `usage: signalbox [--url URL] setup [--json]

Loads the function library signalbox into the Redis server, on which all commands that claim or publish rely, unless the
same or a newer version is there, and says which one is there now. All fleets of a server share it. These commands also
load it themselves when they find it missing; the user of Redis that does so needs the right to run FUNCTION LOAD.

  --json   {"v":1,"library":"1.0.0","changed":true}

example: signalbox setup`,
  words: 'none',
  options: { json: { type: 'boolean' } },
  read: (values) => ({ json: values.json === true }),
  run: ({ json }, desk) =>
    inFleet(desk, async ({ client }) => {
      const { source } = await import('../../redis/library/source.ts');
      const { version, changed } = await loadLibrary(client, source);
      if (json) desk.output.print(JSON.stringify({ v: 1, library: version, changed }));
      else desk.output.print(said(version, changed, versionIn(source)));
      return exitCodes.ok;
    }),
});

function said(version: string, changed: boolean, own: string): string {
  if (changed) return `Version ${version} of the function library signalbox was loaded.`;
  const newer = compareVersions(version, own) > 0 ? `; this program brings version ${own}` : '';
  return `Version ${version} of the function library signalbox was there already${newer}.`;
}
