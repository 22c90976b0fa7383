import { barePing } from './barePing.ts';
import { clientOptions } from './options.ts';
import { redactUrl } from './redact.ts';

export interface Discovered {
  /** As it can be connected to; holds no credentials. */
  url: string;
  needsPassword: boolean;
  /** It is what the environment variable `REDIS_URL` names, which may hold credentials. */
  fromEnvironment: boolean;
}

/** Where a Redis for agents usually is: here, beside us in a compose file, or on the machine around our container. */
const usual = ['redis://localhost:6379', 'redis://redis:6379', 'redis://host.docker.internal:6379'];
const limit = 1_000;

/**
 * PINGs where a Redis may be and tells what answered, in the order of `usual`, what `REDIS_URL` names first. Nothing is
 * read, and no credentials are sent.
 */
export async function discoverServers(
  env: NodeJS.ProcessEnv,
  candidates: readonly string[] = usual,
): Promise<Discovered[]> {
  const named = env['REDIS_URL']?.trim();
  const asked = await Promise.all([...(named ? [ask(named, true)] : []), ...candidates.map((url) => ask(url, false))]);
  const seen = new Set<string>();
  return asked.filter((found): found is Discovered => {
    if (!found || seen.has(found.url)) return false;
    seen.add(found.url);
    return true;
  });
}

async function ask(url: string, fromEnvironment: boolean): Promise<Discovered | null> {
  try {
    const { host, port, path, tls } = clientOptions({ url, namespaces: [''] });
    // A socket or a TLS server cannot be asked in plain words; that it was named is reason enough to offer it.
    if (path || tls) return fromEnvironment ? { url: redactUrl(url), needsPassword: false, fromEnvironment } : null;
    const answer = await barePing(host ?? 'localhost', port ?? 6379, limit);
    if (answer === null || answer === 'other') return null;
    return { url: redactUrl(url), needsPassword: answer === 'auth', fromEnvironment };
  } catch {
    // A REDIS_URL that is no address is not ours to complain about.
    return null;
  }
}
