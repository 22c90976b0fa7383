import type { Clock } from '../../protocol/clock.ts';
import type { Log } from '../../protocol/log.ts';
import type { Redis } from '../../redis/client.ts';
import type { SampleFolder } from '../sample/sampleFolder.ts';
import { Lead } from './lead.ts';
import { seededRandom } from './random.ts';
import { roster } from './roster.ts';
import { SimulatedAgent } from './simulatedAgent.ts';

export interface FleetParts {
  /** None is allowed: then nothing runs. */
  agents: number;
  ns: string;
  connect: () => Promise<Redis>;
  folder: SampleFolder;
  clock: Clock;
  seed: number;
  speed: number;
  log: Log;
}

/** All agents of a demo. Each has a connection and a sequence of chances of its own, so that one does not shift another's. */
export class Fleet {
  readonly #runners: readonly (SimulatedAgent | Lead)[];

  constructor(parts: FleetParts) {
    const { agents, seed, folder } = parts;
    const members = roster(agents);
    const runners: (SimulatedAgent | Lead)[] = members.map(
      (who, index) => new SimulatedAgent({ ...parts, who, random: seededRandom(seed * 1000 + index) }),
    );
    const [who] = members;
    if (who !== undefined) {
      const random = seededRandom(seed * 1000 + 999);
      runners.push(new Lead({ ...parts, who, random, files: folder.files, team: agents }));
    }
    this.#runners = runners;
  }

  start(): void {
    for (const runner of this.#runners) runner.start();
  }

  /** Resolves when nothing of it runs any more. */
  async end(): Promise<void> {
    await Promise.all(this.#runners.map((runner) => runner.end()));
  }
}
