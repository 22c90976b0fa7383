import { displayText } from '../../protocol/displayText.ts';
import type { Translator } from '../../protocol/reasons.ts';
import { placesOf } from '../places.ts';
import { repositoryAround, worktreesOf, type Repository } from '../repository.ts';
import { guardedSessions, guardedText } from '../sessions/guarded.ts';
import { connectionFindings } from './connections.ts';
import { entryFindings, readTrees } from './entries.ts';
import { ok, reportOf, warning, wrong, type DoctorReport, type Finding } from './finding.ts';
import { missedFindings } from './missed.ts';
import { namespaceFinding } from './namespace.ts';
import { probeFinding } from './probe.ts';
import { programFindings } from './programs.ts';
import { rulesFinding } from './rules.ts';
import { serverFindings } from './server.ts';

/** Who asks, and from where. */
export interface DoctorRequest {
  folder: string;
  /** The environment in which the sessions of Claude Code are started. */
  env: NodeJS.ProcessEnv;
  /** The version of the hook that this program brings. */
  version: string;
}

/**
 * Whether the guard is really there for sessions of Claude Code in the repository around a folder: follows the chain from
 * the settings file to the server and back. It changes nothing, takes half a minute at most, and never rejects.
 */
export async function examine({ folder, env, version }: DoctorRequest, l10n: Translator): Promise<DoctorReport> {
  const repository = repositoryAround(folder);
  if (repository === null) {
    const text = l10n.t('There is no repository around {0}.', displayText(folder, 200));
    return reportOf([wrong('repository', text, l10n.t('Look from inside of the one that is to be guarded.'))]);
  }
  const { root } = repository;
  const places = placesOf(env);
  const trees = readTrees([root, ...worktreesOf(repository).filter((tree) => tree !== root)], places);
  const recorded = await namespaceFinding(repository, env, l10n);
  const { connection, findings: ofConnection } = connectionFindings(recorded.ns, env, places, l10n);
  const installed = programFindings(places, env, version, l10n);
  const findings: Finding[] = [
    ok('repository', l10n.t('The repository is {0}.', displayText(root, 200))),
    recorded.finding,
    await rulesFinding(root, l10n),
    ...entryFindings(trees, places.programs, l10n),
    ...installed.findings,
    ...ofConnection,
  ];
  const server = await serverFindings(connection, l10n);
  findings.push(...server.findings);
  const { program, cli } = installed;
  // Where there is nothing to run, or nobody to answer, that has been said.
  if (program !== null && server.agents !== null) {
    findings.push(await probeFinding({ program, root, env, connection, cli }, l10n));
  }
  findings.push(...missedFindings(connection.ns, places, l10n));
  if (server.agents !== null) findings.push(await sessionsFinding(repository, server.agents, l10n));
  return reportOf(findings);
}

async function sessionsFinding(
  repository: Repository,
  agents: ReadonlyMap<string, string>,
  l10n: Translator,
): Promise<Finding> {
  const sessions = await guardedSessions(repository, agents.values());
  const text = guardedText(sessions, l10n);
  if (sessions === null || sessions.silent.length === 0) return ok('sessions', text);
  return warning(
    'sessions',
    text,
    l10n.t(
      'They call with their next event. One that was started before set-up and stays silent has to be started anew.',
    ),
  );
}

export type { DoctorReport, Finding } from './finding.ts';
