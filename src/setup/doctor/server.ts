import { hostname } from 'node:os';
import { systemClock } from '../../protocol/clock.ts';
import { reasonText, type Translator } from '../../protocol/reasons.ts';
import type { Redis } from '../../redis/client.ts';
import { Connection } from '../../redis/connection.ts';
import { callFailure } from '../../redis/library/failures.ts';
import { compareVersions, installedVersion, versionIn } from '../../redis/library/load.ts';
import { reasonOf } from '../../redis/reason.ts';
import { redactUrl } from '../../redis/redact.ts';
import { agentAcl } from '../../redis/rights.ts';
import { UserError } from '../../redis/userError.ts';
import { serverTrouble } from '../serverTrouble.ts';
import { agentsHeard } from '../sessions/heard.ts';
import { configFinding } from './config.ts';
import type { HookConnection } from './connections.ts';
import { ok, warning, wrong, type Finding } from './finding.ts';
import { heardFindings } from './heard.ts';
import { rightsProblem } from './rights.ts';
import { within } from './within.ts';

/** As long as a hook waits for Redis, in ms. */
const limit = 3_000;

/** What the server says, and what agents there said of themselves; null where it could not be asked. */
export interface Examined {
  findings: Finding[];
  agents: ReadonlyMap<string, string> | null;
}

/** Asks the server, with the hook's own credentials, for all that the hook needs of it. Takes 6 s at most, never rejects. */
export async function serverFindings({ ns, settings }: HookConnection, l10n: Translator): Promise<Examined> {
  const where = redactUrl(settings.url);
  const opening = Connection.open(settings, systemClock);
  let connection: Connection | null;
  try {
    connection = await within(limit, opening, () => null);
  } catch (error) {
    return { findings: [unreachable(error, where, l10n)], agents: null };
  }
  if (connection === null) {
    opening.then(
      (late) => late.dispose(),
      () => {},
    );
    return { findings: [unreachable(new UserError({ code: 'timeout', where }), where, l10n)], agents: null };
  }
  const findings = [ok('redis', l10n.t('Redis answers at {0}.', where))];
  const examined: Examined = { findings, agents: null };
  try {
    const { client } = connection;
    const asking = ask(client, { ns, settings }, examined, l10n);
    const isDone = await within(
      limit,
      asking.then(() => true),
      () => false,
    );
    if (!isDone) findings.push(wrong('redis', l10n.t('Redis at {0} answers too slowly.', where), null));
  } catch (error) {
    findings.push(wrong('redis', reasonText(reasonOf(error, where), l10n), null));
  } finally {
    connection.dispose();
  }
  return examined;
}

function unreachable(error: unknown, where: string, l10n: Translator): Finding {
  const { text, mend } = serverTrouble(reasonOf(error, where), l10n);
  return wrong('redis', text, mend ?? l10n.t('Until then edits go on unguarded, and are noted.'));
}

/** Adds to what is `examined`; what has been found so far counts also where it ends early. */
async function ask(
  client: Redis,
  { ns, settings }: HookConnection,
  examined: Examined,
  l10n: Translator,
): Promise<void> {
  const { findings } = examined;
  const version = await libraryFinding(client, findings, l10n);
  if (version === null) return;
  const problem = await rightsProblem(client, ns);
  if (problem !== null) {
    const acl = agentAcl(ns, settings);
    findings.push(wrong('rights', l10n.t('This user of Redis may not do all that an agent does: {0}', problem), acl));
    return;
  }
  findings.push(ok('rights', l10n.t('This user of Redis may do all that an agent does.')));
  findings.push(...(await evictionFinding(client, l10n)));
  findings.push(configFinding(await client.hgetall(`${ns}agent:config`), l10n));
  findings.push(...(await heardFindings(client, ns, hostname(), l10n)));
  examined.agents = await agentsHeard(client, ns);
}

async function libraryFinding(client: Redis, findings: Finding[], l10n: Translator): Promise<string | null> {
  const mend = l10n.t('Run `signalbox setup`.');
  let version: string | null;
  try {
    version = await installedVersion(client);
  } catch (error) {
    findings.push(wrong('library', reasonText(callFailure(error), l10n), mend));
    return null;
  }
  const { source } = await import('../../redis/library/source.ts');
  const own = versionIn(source);
  if (version === null) {
    findings.push(wrong('library', l10n.t('The function library is not on the server.'), mend));
  } else if (compareVersions(version, own) < 0) {
    const text = l10n.t('The function library on the server is of version {0}; this program brings {1}.', version, own);
    findings.push(warning('library', text, mend));
  } else {
    findings.push(ok('library', l10n.t('The function library on the server is of version {0}.', version)));
  }
  return version;
}

/** A server that makes room by itself may throw claims away. Who may not ask is told nothing. */
async function evictionFinding(client: Redis, l10n: Translator): Promise<Finding[]> {
  const info = await client.info('memory').catch(() => '');
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  if (policy === undefined || policy === 'noeviction') return [];
  const text = l10n.t('When its memory is full, this server deletes keys ({0}), and claims may be among them.', policy);
  return [warning('eviction', text, 'CONFIG SET maxmemory-policy noeviction')];
}
