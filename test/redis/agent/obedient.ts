import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** An agent that does as the prompt says, one command line after the other, through a shell. */
export class Obedient {
  readonly lines: readonly string[];
  readonly #env: NodeJS.ProcessEnv;
  readonly #used = new Set<string>();
  /** What it fills in for the words in capitals. */
  readonly words: Record<string, string> = {
    AGENT: 'agent-7',
    TASK: 'analyze:src/app.ts',
    FILE: 'src/app.ts',
    NOTE: 'reading the imports',
    WAIT: 'agent-7-1',
    ID: '',
  };
  ver = 0;

  constructor(prompt: string, env: NodeJS.ProcessEnv) {
    this.lines = prompt.split('\n').filter((line) => /^ {3}.*redis-cli -/.test(line));
    this.#env = env;
  }

  get unused(): string[] {
    return this.lines.filter((line) => !this.#used.has(line));
  }

  /** Runs the only line of the prompt that has all of these parts, with the placeholders filled in. */
  async do(...parts: string[]): Promise<string> {
    const found = this.lines.filter((line) => parts.every((part) => line.includes(part)));
    assert.equal(found.length, 1, `${parts.join(' ')}: ${found.join('\n')}`);
    const [line = ''] = found;
    this.#used.add(line);
    if (line.includes('VER') && /PUBLISH|publish/.test(line)) this.ver += 1;
    const words: Record<string, string> = { ...this.words, VER: String(this.ver) };
    const filled = line.replace(/\b[A-Z]+\b/g, (word) => words[word] ?? word);
    const { stdout, stderr } = await run('sh', ['-c', filled], { env: this.#env });
    assert.equal(stderr, '', filled);
    assert.doesNotMatch(stdout, /ERR|WRONG|NOAUTH|NOPERM/, filled);
    return stdout.trim();
  }

  /** As {@link do}, and the answer's lines. */
  async ask(...parts: string[]): Promise<string[]> {
    return (await this.do(...parts)).split('\n');
  }
}
