import { agentRowId, claimRowId } from '../host/rowIds.ts';
import type { Agent } from '../model/picture.ts';
import { keyOf } from '../model/sorting.ts';
import type { Disposable } from '../protocol/emitter.ts';
import { personRole } from '../protocol/person.ts';
import { displayText } from '../protocol/displayText.ts';
import { agentDescription, agentIcon, agentName, countOfAgents } from './agentText.ts';
import { arrange, type Arrangement, type Team } from './arrangement.ts';
import { claimRow } from './claimRow.ts';
import { beyondLimitRow, Derived, type Fleet } from './fleetRows.ts';
import { helpIds, helpRow } from './helpRows.ts';
import type { Projection, Row } from './row.ts';
import { agentTooltip, claimTooltip } from './tooltips.ts';

const beyond = 'beyond';

/** The Agents view: hosts, teams, agents below their parents, and below each agent what it claims. */
export class AgentRows implements Projection, Disposable {
  readonly #fleet: Fleet;
  readonly #forest: Derived<Arrangement>;
  /** What each agent waits for, by its key. */
  readonly #awaited: Derived<ReadonlyMap<string, readonly string[]>>;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
    this.#forest = new Derived(fleet.picture, () => arrange(fleet.picture.agents));
    this.#awaited = new Derived(fleet.picture, () => {
      const awaited = new Map<string, string[]>();
      for (const { ns, agent, resources } of fleet.picture.waits) {
        const key = keyOf(ns, agent);
        awaited.set(key, [...(awaited.get(key) ?? []), ...resources]);
      }
      return awaited;
    });
  }

  children(parent: string | null): readonly string[] {
    const { picture } = this.#fleet;
    const forest = this.#forest.get();
    if (parent === null) {
      const help = helpIds(picture);
      const hosts = forest.hosts.map((host) => `host:${host}`);
      const more = picture.beyondLimits.agents > 0 ? [beyond] : [];
      return [...help, ...hosts, ...this.#under(null), ...more];
    }
    const [kind, key] = parts(parent);
    if (kind === 'host') return this.#under(key);
    if (kind === 'team') return (this.#team(key)?.agents ?? []).map(idOf);
    const agent = kind === 'agent' ? picture.agent(key) : undefined;
    if (agent === undefined) return [];
    const claims = picture.claimsHeldBy(agent.ns, agent.id).map((claim) => claimRowId(claim.key));
    return [...claims, ...(forest.children.get(key) ?? []).map(idOf)];
  }

  row(id: string): Row | null {
    const { picture, l10n, files, clock } = this.#fleet;
    if (id === beyond) return beyondLimitRow(l10n.t('{0} more are not kept', picture.beyondLimits.agents));
    const [kind, key] = parts(id);
    switch (kind) {
      case 'help':
        return helpRow(id, l10n);
      case 'host': {
        const { roots, teams } = this.#forest.get();
        const lists = [roots.get(key) ?? [], ...[...(teams.get(key)?.values() ?? [])].map(({ agents }) => agents)];
        return this.#groupRow('host', key, 'vm', lists.flat());
      }
      case 'team': {
        const team = this.#team(key);
        return this.#groupRow('team', team?.name ?? '', 'organization', team?.agents ?? []);
      }
      case 'agent': {
        const agent = picture.agent(key);
        return agent === undefined ? null : this.#agentRow(agent);
      }
      case 'claim': {
        const claim = picture.claim(key);
        return claim === undefined ? null : claimRow(claim, { picture, files, l10n, now: clock.now() }, true);
      }
      default:
        return null;
    }
  }

  tooltip(id: string): string | null {
    const { picture, l10n, clock } = this.#fleet;
    const context = { picture, l10n, now: clock.now() };
    const [kind, key] = parts(id);
    const agent = kind === 'agent' ? picture.agent(key) : undefined;
    if (agent !== undefined) return agentTooltip(agent, context);
    const claim = kind === 'claim' ? picture.claim(key) : undefined;
    return claim === undefined ? null : claimTooltip(claim, context);
  }

  #agentRow(agent: Agent): Row {
    const { picture, l10n, clock } = this.#fleet;
    const isPerson = agent.role === personRole;
    const name = agentName(picture, agent.ns, agent.id);
    const isMe = isPerson && agent.id === this.#fleet.me;
    const label = isMe ? l10n.t('you') : name;
    const description = agentDescription(agent, this.#awaited.get().get(agent.key) ?? [], picture, clock.now(), l10n);
    const hasAgents = this.#forest.get().children.has(agent.key);
    const hasClaims = picture.claimsHeldBy(agent.ns, agent.id).length > 0;
    return {
      label,
      description,
      spoken: `${label}, ${description.replaceAll(' · ', ', ')}`,
      icon: agentIcon(agent, picture),
      // Nobody can pause a person, or show their terminal.
      contextValue: isPerson ? 'person' : `agent.${agent.liveness}${agent.paused === null ? '' : '.paused'}`,
      children: hasAgents ? 'expanded' : hasClaims ? 'collapsed' : 'none',
      resource: null,
      click: null,
    };
  }

  /** Teams and agents that stand right below a host, or at the top. */
  #under(host: string | null): string[] {
    const { roots, teams } = this.#forest.get();
    return [...[...(teams.get(host)?.keys() ?? [])].map((id) => `team:${id}`), ...(roots.get(host) ?? []).map(idOf)];
  }

  #team(id: string): Team | undefined {
    for (const here of this.#forest.get().teams.values()) {
      const team = here.get(id);
      if (team) return team;
    }
    return undefined;
  }

  #groupRow(kind: 'host' | 'team', name: string, codicon: string, agents: readonly Agent[]): Row | null {
    if (agents.length === 0) return null;
    const label = displayText(name, 80);
    const description = countOfAgents(agents.length, this.#fleet.l10n);
    return {
      label,
      description,
      spoken: `${label}, ${description}`,
      icon: { codicon, color: null },
      contextValue: kind,
      children: 'expanded',
      resource: null,
      click: null,
    };
  }

  dispose(): void {
    this.#forest.dispose();
    this.#awaited.dispose();
  }
}

const idOf = (agent: Agent): string => agentRowId(agent.key);

function parts(id: string): [kind: string, key: string] {
  const cut = id.indexOf(':');
  return [id.slice(0, cut), id.slice(cut + 1)];
}
