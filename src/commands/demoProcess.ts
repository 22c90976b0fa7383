import { UserError } from '../redis/userError.ts';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';

/** What the demo says of itself in its first line. */
export interface DemoFacts {
  url: string;
  namespace: string;
  folder: string;
}

/** How long the demo may take to begin, in ms. */
const startLimit = 20_000;

/** A demo fleet in a process of its own. It ends when told to, and with us: it reads from a pipe that we hold open. */
export class DemoProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #exited: Promise<void>;
  #lastError = '';

  constructor(program: string, agents: number) {
    this.#child = spawn(process.execPath, [program, 'demo', '--agents', String(agents), '--json'], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    this.#exited = new Promise((resolve) => {
      this.#child.once('close', () => resolve());
      this.#child.once('error', (error) => {
        this.#lastError = error.message;
        resolve();
      });
    });
    this.#child.stdin.on('error', () => {});
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#lastError = lastLine(text) || this.#lastError;
    });
  }

  /** Resolves when it has ended, however it ended. */
  get exited(): Promise<void> {
    return this.#exited;
  }

  /** Why it ended, in the last words that it wrote. */
  get lastError(): string {
    return this.#lastError;
  }

  /** Resolves once the fleet runs; rejects with the demo's own reason when it does not come to that. */
  async started(): Promise<DemoFacts> {
    // Loaded here, since most windows never start a demo.
    const { createInterface } = await import('node:readline');
    const lines = createInterface({ input: this.#child.stdout });
    const first = new Promise<string>((resolve) => lines.once('line', resolve));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), startLimit)));
    const line = await Promise.race([first, this.#exited.then(() => null), late]);
    clearTimeout(timer);
    const facts = line === null ? null : readFacts(line);
    if (facts === null) throw new UserError({ code: 'not-started', what: 'demo', detail: this.#lastError || '?' });
    return facts;
  }

  async stop(): Promise<void> {
    this.#child.stdin.end();
    this.#child.kill('SIGTERM');
    await this.#exited;
  }
}

export function readFacts(line: string): DemoFacts | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { kind, url, namespace, folder } = value as Record<string, unknown>;
  const texts = typeof url === 'string' && typeof namespace === 'string' && typeof folder === 'string';
  return kind === 'demo' && texts ? { url, namespace, folder } : null;
}

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';
