import { hostname } from 'node:os';
import { systemClock, type Clock } from '../../protocol/clock.ts';
import type { ConnectionSettings } from '../../redis/settings.ts';
import { badSettings, UserError } from '../../redis/userError.ts';
import { UsageError } from '../exitCodes.ts';
import { recordedAt } from '../recorded.ts';
import { resolveFleet } from '../target.ts';

/** How an agent connects. What is left out comes from the environment. */
export interface AgentOptions {
  /** Its name, which only one process may use at a time; a child's is `<parent>/<child>`. Else SIGNALBOX_AGENT. */
  agent?: string;
  /** Else SIGNALBOX_REDIS_URL, else that of ~/.config/signalbox/connections.json, else redis://127.0.0.1:6379. May hold the password. */
  url?: string;
  username?: string;
  password?: string;
  tls?: NonNullable<ConnectionSettings['tls']>;
  /** Else SIGNALBOX_NAMESPACE, else what the repository around the working folder recorded, else none. */
  namespace?: string;
  parent?: string;
  /** Else this machine's name. */
  host?: string;
  /**
   * Makes one publish of all that come within so many ms, 50 to 100 being sensible where 50 agents and more publish fast.
   * 0, the default: each is sent.
   */
  mergeMs?: number;
  clock?: Clock;
}

export interface Resolved {
  agent: string;
  ns: string;
  settings: ConnectionSettings;
  about: { parent?: string; host: string; pid: number };
  mergeMs: number;
  clock: Clock;
}

/** @throws UserError for what cannot be used; it names no password */
export function resolveOptions(options: AgentOptions, env: NodeJS.ProcessEnv = process.env): Resolved {
  const { username, password, tls, parent, mergeMs = 0, clock = systemClock } = options;
  const agent = options.agent ?? env['SIGNALBOX_AGENT'] ?? '';
  if (agent === '') throw badSettings('an agent needs a name: give `agent` or set SIGNALBOX_AGENT');
  const fleet = fleetOf(options, env);
  return {
    agent,
    ns: fleet.ns,
    settings: {
      ...fleet.settings,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(tls === undefined ? {} : { tls }),
    },
    about: { ...(parent === undefined ? {} : { parent }), host: options.host ?? hostname(), pid: process.pid },
    mergeMs,
    clock,
  };
}

function fleetOf(options: AgentOptions, env: NodeJS.ProcessEnv): ReturnType<typeof resolveFleet> {
  const flags = { url: options.url ?? null, namespace: options.namespace ?? null };
  try {
    return resolveFleet(flags, env, recordedAt(process.cwd()));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UserError({ code: 'bad-settings', detail: error.message }, { cause: error });
  }
}
