import type { AgentRecord } from './agentRecord.ts';

/** The processes of one machine. */
export interface Processes {
  /** The machine's name, as agents there call their host. */
  readonly host: string;
  isAlive(pid: number): boolean;
}

/** How often a process is looked for, in ms. */
const interval = 3_000;

/** Looks now and then whether the processes of agents on this machine are still there. Of other machines nobody can tell. */
export class ProcessWatch {
  readonly #processes: Processes;
  #lookedAt = -Infinity;

  constructor(processes: Processes) {
    this.#processes = processes;
  }

  /** Looks where it is time to. Keys of agents whose process has gone, or is back, are added to `changed`. */
  look(records: Iterable<AgentRecord>, now: number, changed: Set<string>): void {
    if (now - this.#lookedAt < interval && now >= this.#lookedAt) return;
    this.#lookedAt = now;
    // A session and all of its children are one process.
    const known = new Map<number, boolean>();
    for (const { hook, host, key } of records) {
      if (!hook || hook.isElsewhere || host !== this.#processes.host) continue;
      const pid = pidOf(hook.pid);
      if (pid === null) continue;
      const isAlive = known.get(pid) ?? this.#processes.isAlive(pid);
      known.set(pid, isAlive);
      if (hook.look(isAlive, now)) changed.add(key);
    }
  }
}

/** The number of a process; 0 and those below would name whole groups of them. */
function pidOf(text: string | null): number | null {
  const pid = text !== null && /^\d{1,10}$/.test(text) ? Number(text) : 0;
  return pid > 1 && pid < 2 ** 31 ? pid : null;
}
