import { Fleet } from '../support/claude/fleet.ts';

/** Each test runs several real sessions, on a machine that may be busy with others. */
export const limitMs = 150_000;

/** A fleet whose repository has these files, with the client and the server that the step found. */
export function startFleet(files: Readonly<Record<string, string>>): Promise<Fleet> {
  const [client, server] = [process.env['CLAUDE_CLIENT_BIN'], process.env['REDIS_SERVER_BIN']];
  if (!client || !server) throw new Error('These tests are run by `npm run test:claude`.');
  return Fleet.start({ client, server, files });
}
