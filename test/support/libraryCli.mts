import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { lockPrefix, seqKey, wakePrefix } from '../../src/protocol/names.ts';

const execute = promisify(execFile);

/** The function library as agents use it that have nothing but redis-cli; in the namespace without a name. */
export class LibraryCli {
  readonly #program: string;
  readonly #port: string;
  #ended = false;

  constructor(program: string, port: number) {
    this.#program = program;
    this.#port = String(port);
  }

  /** Runs a command of Redis, and gives the lines of its reply. An error reply throws. */
  run(...command: string[]): string[] {
    return execFileSync(this.#program, ['-e', '-p', this.#port, ...command], { encoding: 'utf8' })
      .trim()
      .split('\n');
  }

  /** Calls a function of the library on these resources. */
  call(name: string, resources: readonly string[], ...args: string[]): string[] {
    return this.run(...fcall(name, resources, args));
  }

  /** A claim that has to be granted; gives the tokens in the order of the resources. */
  claim(agent: string, resources: readonly string[], ttlMs: number, task: string): string[] {
    const [word, , , ...granted] = this.call('claim', resources, agent, String(ttlMs), task);
    if (word !== 'OK') throw new Error(`${agent} was to get ${resources.join(', ')} and was told ${String(word)}`);
    return granted.filter((_each, i) => i % 2 === 1);
  }

  /** The fencing token of the lease on a resource. */
  tokenOf(resource: string): string {
    return (JSON.parse(this.run('GET', lockPrefix + resource).join('')) as { token: string }).token;
  }

  /** Stands in line until it is given the resource: it calls again and again, which proves that it lives. */
  async stand(agent: string, resource: string, ttlMs: number, task: string): Promise<void> {
    const claim = fcall('claim', [resource], [agent, String(ttlMs), task, `wait of ${agent}`]);
    while (!this.#ended) {
      if ((await this.#runLater(claim)).startsWith('OK')) return;
      await this.#runLater(['BLPOP', `${wakePrefix}wait of ${agent}`, '2']);
    }
  }

  /** Nobody stands in line any more. */
  end(): void {
    this.#ended = true;
  }

  async #runLater(command: string[]): Promise<string> {
    try {
      return (await execute(this.#program, ['-e', '-p', this.#port, ...command], { encoding: 'utf8' })).stdout;
    } catch (error) {
      if (this.#ended) return '';
      throw error;
    }
  }
}

const fcall = (name: string, resources: readonly string[], args: readonly string[]): string[] => {
  const keys = [seqKey, ...resources.map((resource) => lockPrefix + resource)];
  return ['FCALL', `signalbox_${name}`, String(keys.length), ...keys, ...args];
};
