import { attentionText } from '../model/attentionText.ts';
import type { Agent, AttentionItem, Claim, Hooked, Picture } from '../model/picture.ts';
import { displayText } from '../protocol/displayText.ts';
import { isOpenTo, overlaps } from '../protocol/overlap.ts';
import type { Translator } from '../protocol/reasons.ts';
import { agentName, pausedWords, stateWord } from './agentText.ts';
import { attentionAdvice } from './attentionAdvice.ts';
import { timeLeft } from './claimRow.ts';
import { ageText } from './duration.ts';
import { codeBlock, plain } from './markdown.ts';
import { troubleTooltip } from './troubleWords.ts';

/** What tooltips are made from. */
export interface TooltipContext {
  readonly picture: Picture;
  readonly l10n: Translator;
  readonly now: number;
}

/** Markdown about an agent: how fresh the row is comes first, since everything else hangs on it. */
export function agentTooltip(agent: Agent, { picture, l10n, now }: TooltipContext): string {
  const lines = [
    `**${plain(picture.nameOf(agent.ns, agent.id), 200)}** · ${plain(stateWord(agent, picture, now, l10n), 60)}`,
    plain(freshness(agent, now, l10n), 200),
  ];
  if (agent.name) lines.push(fact(l10n.t('Agent'), agent.id));
  if (agent.paused !== null) lines.push(plain(pausedWords(agent, agent.paused, picture, l10n), 400));
  lines.push(...waitLines(agent, picture, l10n), ...mailLines(agent, picture, l10n));
  if (agent.task !== null) lines.push(fact(l10n.t('Task'), agent.task));
  if (agent.status !== null) lines.push(fact(l10n.t('Status'), agent.status));
  if (agent.role !== null) lines.push(fact(l10n.t('Role'), agent.role));
  if (agent.team !== null) lines.push(fact(l10n.t('Team'), agent.team));
  if (agent.parent !== null) lines.push(fact(l10n.t('Parent'), picture.nameOf(agent.ns, agent.parent)));
  lines.push(...hookLines(agent, l10n));
  if (agent.host !== null) lines.push(fact(l10n.t('Host'), hostAndProcess(agent.host, agent.hook, l10n)));
  if (agent.ns !== '') lines.push(fact(l10n.t('Namespace'), agent.ns));
  if (agent.hook === null || agent.ver !== null) lines.push(plain(version(agent, l10n), 200));
  if (agent.stale > 0) {
    const dropped =
      agent.stale === 1
        ? l10n.t('1 update was not newer than this and was dropped')
        : l10n.t('{0} updates were not newer than this and were dropped', agent.stale);
    lines.push(plain(dropped, 200));
  }
  const text = lines.join('  \n');
  const known = Object.keys(agent.state).length > 0;
  return known ? `${text}\n\n${codeBlock(JSON.stringify(agent.state, null, 2), 24, 'json')}` : text;
}

/** The last message to it, and whether it has it. */
function mailLines({ ns, mail }: Agent, picture: Picture, l10n: Translator): string[] {
  if (mail === null) return [];
  const from = agentName(picture, ns, mail.from);
  const when =
    mail.deliveredAt === null
      ? l10n.t('waiting for its next step since {0}', clockTime(mail.at))
      : l10n.t('given over at {0}', clockTime(mail.deliveredAt));
  return [`${fact(l10n.t('Message of {0}', from), mail.text)} · ${plain(when, 80)}`];
}

/** What only a hook tells. */
function hookLines({ liveness, hook }: Agent, l10n: Translator): string[] {
  if (hook === null) return [];
  const lines: string[] = [];
  if (hook.tool !== null && liveness !== 'dead') lines.push(fact(l10n.t('Tool'), hook.tool));
  if (hook.branch !== null) lines.push(fact(l10n.t('Branch'), hook.branch));
  if (hook.root !== null) lines.push(fact(l10n.t('Repository'), hook.root));
  if (hook.by !== '') lines.push(fact(l10n.t('Hook'), hook.by));
  return lines;
}

const hostAndProcess = (host: string, hook: Hooked | null, l10n: Translator): string =>
  hook?.pid ? l10n.t('{0}, process {1}', host, hook.pid) : host;

/** Resources that are named one by one. */
const mostAwaited = 5;

/** What an agent waits for, and who is in its way there. */
function waitLines({ ns, id }: Agent, picture: Picture, l10n: Translator): string[] {
  const awaited = picture.waits.filter((wait) => wait.ns === ns && wait.agent === id).flatMap((wait) => wait.resources);
  const lines = awaited.slice(0, mostAwaited).map((resource) => {
    const inTheWay = picture.claims.filter(
      (claim) => claim.ns === ns && overlaps(claim.resource, resource) && !isOpenTo(claim.holder, id),
    );
    const holders = [...new Set(inTheWay.map((claim) => agentName(picture, ns, claim.holder)))].join(', ');
    const line = fact(l10n.t('Waits for'), resource);
    return holders === '' ? line : `${line} · ${plain(l10n.t('held by {0}', holders), 160)}`;
  });
  return awaited.length > mostAwaited ? [...lines, '…'] : lines;
}

function freshness(agent: Agent, now: number, l10n: Translator): string {
  if (agent.seenAt !== null)
    return l10n.t('Seen {0} ago, at {1}', ageText(now - agent.seenAt), clockTime(agent.seenAt));
  if (agent.source === 'lock')
    return l10n.t('Known only as the holder of a lock since {0}', clockTime(agent.knownSince));
  return l10n.t(
    'From the stored state; not heard since {0}, when this window began to listen',
    clockTime(agent.knownSince),
  );
}

function version(agent: Agent, l10n: Translator): string {
  if (agent.ver === null) return l10n.t('Its updates carry no version');
  if (agent.epoch === 0) return l10n.t('Version {0}', agent.ver);
  return l10n.t('Version {0} of epoch {1}', agent.ver, agent.epoch);
}

export function claimTooltip(claim: Claim, { picture, l10n, now }: TooltipContext): string {
  const lines = [
    `**${plain(claim.resource, 400)}**`,
    `${fact(l10n.t('Claimed by'), agentName(picture, claim.ns, claim.holder))} · ${plain(timeLeft(claim, now, l10n), 40)}`,
    fact(l10n.t('Since'), clockTime(claim.since)),
  ];
  if (claim.expiresAt !== null) lines.push(fact(l10n.t('Until'), clockTime(claim.expiresAt)));
  if (claim.task !== null) lines.push(fact(l10n.t('Task'), claim.task));
  const waiters = claim.waiters.map((id) => agentName(picture, claim.ns, id));
  if (waiters.length > 0) lines.push(fact(l10n.t('Waiting for it'), waiters.join(', ')));
  if (claim.ns !== '') lines.push(fact(l10n.t('Namespace'), claim.ns));
  lines.push(
    claim.level === 0
      ? plain(l10n.t('A plain lock key: agents keep to it only if they look'), 200)
      : plain(l10n.t('A lease with the fencing token {0}', claim.token ?? '?'), 120),
  );
  return lines.join('  \n');
}

export function attentionTooltip(item: AttentionItem, { picture, l10n, now }: TooltipContext): string {
  if (item.kind === 'health') return troubleTooltip(item, l10n);
  // What happened stands out; what it means and what can be done follows.
  const [what = '', ...more] = attentionText(item, l10n, picture, now).split(/(?<=\.) (?=\p{Lu})/u);
  const lines = [`**${plain(what, 1000)}**`];
  if (more.length > 0) lines.push(plain(more.join(' '), 1000));
  const advice = attentionAdvice(item, l10n);
  if (advice !== undefined) lines.push(plain(advice, 1000));
  if (item.kind === 'deadlock' && item.resource !== null) lines.push(fact(l10n.t('Wanted'), item.resource));
  const [age, since] = [ageText(now - item.since), clockTime(item.since)];
  lines.push(
    plain(isOver(item) ? l10n.t('{0} ago, at {1}', age, since) : l10n.t('For {0}, since {1}', age, since), 100),
  );
  if (item.ns !== '') lines.push(fact(l10n.t('Namespace'), item.ns));
  return lines.join('  \n');
}

/** Whether it happened once, and does not go on. */
function isOver({ kind, resource }: AttentionItem): boolean {
  switch (kind) {
    case 'deadlock':
    case 'error':
    case 'run-failed':
    case 'unguarded':
      return true;
    case 'conflict':
      return resource === null;
    case 'waiting-on-you':
    case 'dead-holder':
    case 'stalled':
    case 'restarted':
    case 'no-expiry':
    case 'health':
      return false;
  }
}

export const fact = (name: string, value: string): string => `${plain(name, 40)}: ${plain(value, 160)}`;

/** By the clock of the machine this runs on, with the day where it is not today's. */
export function clockTime(ms: number): string {
  const date = new Date(ms);
  const today = date.toDateString() === new Date().toDateString();
  return displayText(today ? date.toLocaleTimeString() : date.toLocaleString(), 40);
}
