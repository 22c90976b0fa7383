import type { Phase } from '../../../src/protocol/phases.ts';
import { LibraryNews } from './libraryNews.ts';

const sha = (agent: string): string => agent.padEnd(8, '0');

/** Sessions of Claude Code as their hooks tell of them. */
export class HookNews extends LibraryNews {
  /** Numbers of processes that are there, on this host. */
  readonly processes = new Set<number>();
  readonly asked: number[] = [];

  constructor() {
    super([''], 1_000, {
      host: 'here',
      isAlive: (pid) => {
        this.asked.push(pid);
        return this.processes.has(pid);
      },
    });
  }

  hello(
    agent: string,
    more: { name?: string; host?: string; pid?: number; by?: string; role?: string; team?: string } = {},
  ): void {
    const { name = null, host = 'there', pid = null, by = 'sh 1.2.0', role = null, team = null } = more;
    const [parent, child] = agent.split('/');
    const hook = { branch: 'main', root: '/w/shop', by };
    const pidText = pid === null ? null : String(pid);
    const brief = { agent, parent: child === undefined ? null : parent!, host, pid: pidText, role, team, name, hook };
    this.tell({ kind: 'hello', ...brief });
  }

  phase(agent: string, phase: Phase, tool: string | null = null): void {
    this.tell({ kind: 'phase', agent, phase, tool, since: this.clock.now() });
  }

  alive(agent: string, phase: Phase, tool: string | null = null): void {
    this.model.apply({ kind: 'alive', ns: '', agent, doing: { phase, tool }, atUs: this.atUs });
  }

  livenessOf(agent: string): string {
    return this.model.agentById('', agent)?.liveness ?? 'gone';
  }

  /** An id as Claude Code gives it to a session. */
  static session(beginning: string): string {
    return `${sha(beginning)}-1111-4222-8333-444444444444`;
  }
}
