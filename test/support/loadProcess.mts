import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { build } from 'esbuild';
import type { Answer, Question } from './answering.ts';
import { root } from './paths.mts';
import { temporaryFolder } from './temporary.mts';

/** A module of ours as a process of its own, built as what is shipped. It ends with this process. */
export class LoadProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #count = 0;

  private constructor(script: string) {
    this.#child = fork(script, { execArgv: [], serialization: 'advanced' });
    this.#child.on('message', (answer: Answer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if ('error' in answer) waiting?.reject(new Error(answer.error));
      else waiting?.resolve(answer.value);
    });
    this.#child.on('exit', (code) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`${script} ended with ${String(code)}.`));
    });
  }

  /** Starts so many of them. The module calls `answer` of `answering.ts`. */
  static async start(entry: string, count = 1): Promise<LoadProcess[]> {
    const script = await bundle(entry);
    return Array.from({ length: count }, () => new LoadProcess(script));
  }

  ask<T>(what: string, input?: unknown): Promise<T> {
    const id = ++this.#count;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#child.send({ id, what, input } satisfies Question);
    });
  }

  stop(): void {
    if (this.#child.connected) this.#child.disconnect();
  }
}

const temporary = temporaryFolder('load');
const bundles = new Map<string, Promise<string>>();

function bundle(entry: string): Promise<string> {
  const known = bundles.get(entry) ?? bundleAnew(entry);
  bundles.set(entry, known);
  return known;
}

async function bundleAnew(entry: string): Promise<string> {
  const outfile = path.join(temporary.folder, `${path.basename(entry, '.ts')}.cjs`);
  await build({
    ...{ entryPoints: [path.join(root, entry)], outfile, logLevel: 'warning' },
    ...{ bundle: true, platform: 'node', target: 'node20.9', format: 'cjs', loader: { '.lua': 'text' } },
  });
  return outfile;
}
