import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';

/** The article's subscriber in a Python that has redis-py. */
export class PythonReader {
  readonly #child: ChildProcess;
  readonly #lines: Interface;
  #fail: (error: Error) => void = () => {};

  private constructor(child: ChildProcess & { stdout: NodeJS.ReadableStream }) {
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout });
    child.once('exit', () => this.#fail(new Error('The Python subscriber ended.')));
  }

  /** Undefined where no Python here has it. */
  static start(port: number): PythonReader | undefined {
    const python = [process.env['PYTHON'] ?? '', 'python3', '/usr/bin/python3']
      .filter(Boolean)
      .find((name) => spawnSync(name, ['-c', 'import redis'], { stdio: 'ignore' }).status === 0);
    if (python === undefined) return undefined;
    const script = path.join(import.meta.dirname, 'redis_py_reader.py');
    return new PythonReader(spawn(python, [script, String(port)], { stdio: ['pipe', 'pipe', 'inherit'] }));
  }

  /** How long what arrived since the last call took, in ms. */
  takeDelays(): Promise<number[]> {
    return new Promise((resolve, reject) => {
      this.#fail = reject;
      this.#lines.once('line', (line) => resolve(JSON.parse(line) as number[]));
      this.#child.stdin?.write('\n');
    });
  }

  /** It ends with its standard input. */
  stop(): void {
    this.#child.stdin?.end();
  }
}
