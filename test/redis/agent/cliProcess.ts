import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

const program = path.resolve('dist/signalbox.cjs');

export interface CliOptions {
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Whether standard input is a pipe that we hold open; otherwise it is empty. */
  holdStdin?: boolean;
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  lines: string[];
  stderr: string;
}

/** The built CLI as a child process, whose lines can be waited for. */
export class CliProcess {
  readonly child: ChildProcess;
  readonly lines: string[] = [];
  readonly ended: Promise<Ended>;
  #stderr = '';
  #ended = false;
  readonly #waiting = new Set<() => void>();

  constructor(args: readonly string[], options: CliOptions = {}) {
    // Whoever runs the tests may be an agent itself.
    const ours = (name: string): boolean => name.startsWith('SIGNALBOX_') || name === 'CLAUDE_CODE_SESSION_ID';
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours(name)));
    this.child = spawn(process.execPath, [program, ...args], {
      cwd: options.cwd ?? process.cwd(),
      env: { ...env, ...options.env },
      stdio: [options.holdStdin === true ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    });
    const { stdout, stderr } = this.child;
    if (stdout === null || stderr === null) throw new Error('no pipes');
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      this.#wake();
    });
    createInterface({ input: stdout }).on('line', (line) => {
      this.lines.push(line);
      this.#wake();
    });
    this.ended = new Promise((resolve) => {
      this.child.once('close', (code, signal) => {
        this.#ended = true;
        this.#wake();
        resolve({ code, signal, lines: this.lines, stderr: this.#stderr });
      });
    });
  }

  /** The first line, from the start or of those to come, that `isIt`. */
  async line(what: string, isIt: (line: string) => boolean, ms = 10_000): Promise<string> {
    const deadline = Date.now() + ms;
    for (let seen = 0; ;) {
      for (; seen < this.lines.length; seen++) {
        const line = this.lines[seen] ?? '';
        if (isIt(line)) return line;
      }
      if (this.#ended || Date.now() >= deadline) {
        const last = this.lines.slice(-8).join('\n');
        throw new Error(`no line with ${what}; the last ones:\n${last}\nstderr: ${this.#stderr}`);
      }
      await this.#more(deadline - Date.now());
    }
  }

  /** Resolves when what it explained so far matches. */
  async said(what: RegExp, ms = 10_000): Promise<void> {
    const deadline = Date.now() + ms;
    while (!what.test(this.#stderr)) {
      if (this.#ended || Date.now() >= deadline) throw new Error(`never said ${String(what)}; but: ${this.#stderr}`);
      await this.#more(deadline - Date.now());
    }
  }

  /** The first line that is JSON with all of these values. */
  async json(match: Readonly<Record<string, unknown>>, ms?: number): Promise<Record<string, unknown>> {
    const fits = (line: string): boolean => {
      const value = JSON.parse(line) as Record<string, unknown>;
      return Object.entries(match).every(([name, wanted]) => value[name] === wanted);
    };
    return JSON.parse(await this.line(JSON.stringify(match), fits, ms)) as Record<string, unknown>;
  }

  /** Ends it if it has not ended, and waits for that. */
  async end(): Promise<Ended> {
    if (!this.#ended) this.child.kill('SIGKILL');
    return this.ended;
  }

  #more(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#waiting.add(done);
    });
  }

  #wake(): void {
    for (const done of this.#waiting) done();
  }
}

/** Runs a command that ends by itself. */
export async function runCli(args: readonly string[], options?: CliOptions): Promise<Ended & { stdout: string }> {
  const ended = await new CliProcess(args, options).ended;
  return { ...ended, stdout: ended.lines.join('\n') };
}

/** Asks again and again, each time when the answer before has come, until `isIt`; fails with the last answer after `ms`. */
export async function until<T>(ask: () => Promise<T>, isIt: (answer: T) => boolean, ms = 10_000): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    const answer = await ask();
    if (isIt(answer)) return answer;
    if (Date.now() >= deadline) throw new Error(`still not so: ${JSON.stringify(answer)}`);
  }
}
