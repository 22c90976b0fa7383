import { Fleet } from '../support/claude/fleet.ts';
import type { Entry } from '../support/claude/history.ts';

/** Each test runs several real sessions, on a machine that may be busy with others. */
export const limitMs = 150_000;

/** A fleet whose repository has these files, with the client and the server that the step found. */
export function startFleet(files: Readonly<Record<string, string>>): Promise<Fleet> {
  const [client, server] = [process.env['CLAUDE_CLIENT_BIN'], process.env['REDIS_SERVER_BIN']];
  if (!client || !server) throw new Error('These tests are run by `npm run test:claude`.');
  return Fleet.start({ client, server, files });
}

/** Something that scripts wait for until another one says that it has happened. */
export class Moment {
  readonly come: Promise<void>;
  #resolve!: () => void;

  constructor() {
    this.come = new Promise((resolve) => (this.#resolve = resolve));
  }

  now(): void {
    this.#resolve();
  }
}

/** An entry of the history of that kind, of an agent, about a file where one is named. */
export const isEntry =
  (kind: string, agent: string, resource?: string) =>
  (entry: Entry): boolean =>
    entry.kind === kind && entry.agent === agent && (resource === undefined || entry.data['resource'] === resource);
