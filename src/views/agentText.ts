import type { Agent, Paused, Picture } from '../model/picture.ts';
import { activityOf, endingOf } from '../protocol/activity.ts';
import { personRole } from '../protocol/person.ts';
import { displayText } from '../protocol/displayText.ts';
import type { Translator } from '../protocol/reasons.ts';
import { roughAgeText } from './duration.ts';
import { hookWord, toolToPermit } from './hookWords.ts';
import { splitName } from './places.ts';
import type { RowIcon } from './row.ts';

/** What an agent is called in a row; holders and waiters need not be known as agents. */
export function agentName(picture: Picture, ns: string, id: string): string {
  return displayText(picture.nameOf(ns, id), 60);
}

/** The first thing to know of an agent, e.g. `working` or `idle 5m`. */
export function stateWord(agent: Agent, picture: Picture, now: number, l10n: Translator): string {
  if (isOutOfHearing(agent, picture) && agent.seenAt !== null) {
    return l10n.t('seen {0} ago', roughAgeText(now - agent.seenAt));
  }
  if (agent.role === personRole) return l10n.t('seen {0} ago', roughAgeText(now - (agent.seenAt ?? agent.knownSince)));
  if (agent.hook !== null) return hookWord(agent, agent.hook, now, l10n);
  switch (agent.liveness) {
    case 'working':
      if (agent.status === null) return l10n.t('online');
      return activityOf(agent.status) === 'active' ? l10n.t('working') : displayText(agent.status, 24);
    case 'job':
      return l10n.t('waiting on a job');
    case 'you':
      return withAge(agent, now, l10n.t('waiting for you'));
    case 'limited':
      return l10n.t('rate-limited');
    case 'idle':
      return withAge(agent, now - agent.activeAt, l10n.t('idle'));
    case 'stalled':
      return withAge(agent, now - (agent.seenAt ?? now), l10n.t('stalled'));
    case 'dead':
      return withAge(agent, now - (agent.seenAt ?? now), l10n.t('dead'));
    case 'unknown':
      return agent.source === 'lock' ? l10n.t('never published') : l10n.t('not heard yet');
  }
}

/** Whether nothing can be said of an agent but when it was last heard: without a connection all are silent. */
function isOutOfHearing({ liveness }: Agent, { connection }: Picture): boolean {
  if (connection.state === 'live') return false;
  return liveness !== 'unknown';
}

/** Since when it has been so; not said of an agent that was never heard, only read about. */
const withAge = (agent: Agent, age: number, word: string): string =>
  agent.seenAt === null ? word : `${word} ${roughAgeText(age)}`;

/** Who told an agent to pause, and why, as a line of its own. */
export function pausedWords({ ns }: Agent, { by, reason }: Paused, picture: Picture, l10n: Translator): string {
  const who = agentName(picture, ns, by);
  return reason === '' ? l10n.t('Paused by {0}', who) : l10n.t('Paused by {0}: {1}', who, displayText(reason, 200));
}

/**
 * All of a row's description: state, what keeps it from working, status where it says more, task, what is claimed,
 * namespace where it matters.
 * @param awaited the resources that it waits for
 */
export function agentDescription(
  agent: Agent,
  awaited: readonly string[],
  picture: Picture,
  now: number,
  l10n: Translator,
): string {
  const { paused } = agent;
  const parts = paused === null ? [] : [l10n.t('paused by {0}', agentName(picture, agent.ns, paused.by))];
  // That it works, or is silent in the middle of it, is no news of who was told to pause.
  if (paused === null || !standsStill(agent)) parts.push(stateWord(agent, picture, now, l10n));
  const permit = toolToPermit(agent);
  if (permit !== null && !isOutOfHearing(agent, picture)) parts.push(permit);
  if (agent.mail?.deliveredAt === null) parts.push(l10n.t('message waiting'));
  const [first, ...more] = awaited;
  if (first !== undefined) {
    const name = displayText(splitName(first).name, 40);
    parts.push(l10n.t('waits for {0}', more.length === 0 ? name : `${name} +${more.length}`));
  }
  if (agent.status !== null && !saidAlready(agent, agent.status, picture)) parts.push(displayText(agent.status, 24));
  if (agent.task !== null) parts.push(displayText(agent.task, 60));
  const held = picture.claimsHeldBy(agent.ns, agent.id);
  if (held.length > 0) {
    const allFiles = held.every((claim) => claim.kind === 'file');
    parts.push(allFiles ? countOfFiles(held.length, l10n) : countOfClaims(held.length, l10n));
  }
  if (picture.connection.namespaces.length > 1 && agent.ns !== '') parts.push(displayText(agent.ns, 40));
  return parts.join(' · ');
}

/** Whether an agent that was told to pause is as one that does so is. */
const standsStill = ({ liveness }: Agent): boolean =>
  liveness === 'working' || liveness === 'stalled' || liveness === 'unknown';

/** Whether the state's word holds all that the status says. */
const saidAlready = (agent: Agent, status: string, picture: Picture): boolean =>
  (agent.liveness === 'working' && !isOutOfHearing(agent, picture)) ||
  activityOf(status) === 'active' ||
  status.toLowerCase() === agent.liveness;

export const countOfFiles = (count: number, l10n: Translator): string =>
  count === 1 ? l10n.t('1 file') : l10n.t('{0} files', count);

export const countOfClaims = (count: number, l10n: Translator): string =>
  count === 1 ? l10n.t('1 claim') : l10n.t('{0} claims', count);

export const countOfAgents = (count: number, l10n: Translator): string =>
  count === 1 ? l10n.t('1 agent') : l10n.t('{0} agents', count);

const failed: RowIcon = { codicon: 'error', color: 'signalbox.conflictForeground' };

/** A plain agent that was heard a moment ago counts as working; its icon follows what it says of itself. */
function workingIcon(status: string | null): RowIcon {
  switch (endingOf(status)) {
    case 'done':
      return { codicon: 'pass', color: 'signalbox.agentDoneForeground' };
    case 'failed':
      return failed;
    case 'given-up':
      return { codicon: 'circle-slash', color: 'signalbox.agentIdleForeground' };
    case null: {
      const codicon = activityOf(status) === 'active' ? 'circle-filled' : 'circle-outline';
      return { codicon, color: 'signalbox.agentWorkingForeground' };
    }
  }
}

/** A shape for each liveness, so that nothing hangs on colour alone. */
export function agentIcon(agent: Agent, picture: Picture): RowIcon {
  if (agent.role === personRole) return { codicon: 'account', color: null };
  const isAsTold = standsStill(agent) || agent.liveness === 'idle' || agent.liveness === 'job';
  if (agent.paused !== null && isAsTold) return { codicon: 'debug-pause', color: 'signalbox.agentIdleForeground' };
  if (isOutOfHearing(agent, picture)) return { codicon: 'circle-outline', color: 'signalbox.agentIdleForeground' };
  switch (agent.liveness) {
    case 'working':
      // A hook says itself when its agent no longer works.
      return workingIcon(agent.hook !== null && agent.status === null ? 'working' : agent.status);
    case 'job':
      return { codicon: 'watch', color: 'signalbox.agentWorkingForeground' };
    case 'you':
      return { codicon: 'bell-dot', color: 'signalbox.agentWaitingForYouForeground' };
    case 'limited':
      return { codicon: 'dashboard', color: 'signalbox.agentStalledForeground' };
    case 'idle':
      // That it failed is no less true for its being long ago.
      if (endingOf(agent.status) === 'failed') return failed;
      return { codicon: 'circle-outline', color: 'signalbox.agentIdleForeground' };
    case 'stalled':
      return { codicon: 'warning', color: 'signalbox.agentStalledForeground' };
    case 'dead':
      return { codicon: 'circle-slash', color: 'signalbox.agentDeadForeground' };
    case 'unknown':
      return { codicon: 'question', color: 'signalbox.agentIdleForeground' };
  }
}
