import type { Clock } from '../../protocol/clock.ts';
import type { Log } from '../../protocol/log.ts';
import type { Redis } from '../../redis/client.ts';
import type { SampleFolder } from '../sample/sampleFolder.ts';
import { Lead } from './lead.ts';
import { Life } from './life.ts';
import { seededRandom } from './random.ts';
import { roster } from './roster.ts';
import { SimulatedAgent } from './simulatedAgent.ts';

export interface FleetParts {
  /** None is allowed: then nothing runs. */
  agents: number;
  ns: string;
  /** Whether the server has the function library; without it all agents are plain. */
  library: boolean;
  /** Opens a connection of an agent's own. */
  connect: () => Promise<Redis>;
  folder: SampleFolder;
  clock: Clock;
  seed: number;
  speed: number;
  log: Log;
}

/** All agents of a demo. Each has a connection and a sequence of chances of its own, so that one does not shift another's. */
export class Fleet {
  readonly #lives: readonly { life: Life; live: (life: Life) => Promise<void> }[];

  constructor(parts: FleetParts) {
    const { agents, seed, folder, clock, connect } = parts;
    const members = roster(agents, parts.library);
    const runners: (SimulatedAgent | Lead)[] = members.map(
      (who, index) => new SimulatedAgent({ ...parts, who, random: seededRandom(seed * 1000 + index) }),
    );
    const [who] = members;
    if (who !== undefined) {
      const random = seededRandom(seed * 1000 + 999);
      runners.push(new Lead({ ...parts, who, random, files: folder.files, team: agents }));
    }
    this.#lives = runners.map((runner) => ({
      life: new Life(clock, connect),
      live: (life) => runner.live(life),
    }));
  }

  start(): void {
    for (const { life, live } of this.#lives) life.start(live);
  }

  /** Resolves when nothing of it runs any more. */
  async end(): Promise<void> {
    await Promise.all(this.#lives.map(({ life }) => life.end()));
  }
}
