import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The two programs that are a hook. */
export const programs = ['sh', 'node'] as const;
export type Program = (typeof programs)[number];

/** The first of some files that is there. */
function found(what: string, ...files: string[]): string {
  return files.find((file) => existsSync(file)) ?? raise(`there is no ${what} on this machine`);
}
const raise = (text: string): never => {
  throw new Error(text);
};
const onPath = (name: string): string[] =>
  (process.env['PATH'] ?? '').split(path.delimiter).map((folder) => path.join(folder, name));

/** Both hooks as set-up installs them, a home of their own, and a repository that recorded a namespace. */
export class HookPrograms {
  readonly folder: string;
  readonly home: string;
  readonly repository: string;
  readonly #programs: string;
  env: Record<string, string>;

  constructor(namespace: string, url: string) {
    this.folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'signalbox-hook-')));
    this.home = path.join(this.folder, 'home');
    this.repository = path.join(this.folder, 'shop');
    this.#programs = path.join(this.home, '.local', 'share', 'signalbox');
    mkdirSync(this.#programs, { recursive: true });
    this.env = { PATH: process.env['PATH'] ?? '', HOME: this.home, CLAUDE_PID: '4242' };
    const bash = found('bash', '/bin/bash', ...onPath('bash'));
    writeFileSync(this.script, `#!${bash} -p\n${readFileSync('dist/hook.sh', 'utf8')}`);
    chmodSync(this.script, 0o755);
    for (const name of readdirSync('dist').filter((each) => each.endsWith('.cjs'))) {
      copyFileSync(path.join('dist', name), path.join(this.#programs, name));
    }
    this.configure({ version: '1.2.0', cli: found('redis-cli', ...onPath('redis-cli')), node: process.execPath });
    this.connect([{ namespace, url }]);
    mkdirSync(this.repository);
    this.git('init', '-q', '-b', 'main');
    this.git('-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '-q', '--allow-empty', '-m', 'begin');
    this.git('config', 'signalbox.namespace', namespace);
  }

  configure(values: Readonly<Record<string, string>>): void {
    const lines = Object.entries(values).map(([name, value]) => `${name}='${value}'\n`);
    writeFileSync(path.join(this.#programs, 'hook.conf'), lines.join(''));
  }

  connect(connections: readonly object[]): void {
    const folder = path.join(this.home, '.config', 'signalbox');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'connections.json'), JSON.stringify({ v: 1, connections }), { mode: 0o600 });
  }

  /** What is noted of a namespace, without its colon. */
  noted(name: string): string[] {
    const file = this.#missed(name);
    return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
  }

  note(name: string, text: string): void {
    mkdirSync(path.dirname(this.#missed(name)), { recursive: true });
    writeFileSync(this.#missed(name), text);
  }

  #missed(name: string): string {
    return path.join(this.home, '.config', 'signalbox', 'missed', name);
  }

  git(...args: string[]): string {
    return execFileSync('git', args, {
      cwd: this.repository,
      encoding: 'utf8',
      env: { ...process.env, HOME: this.home },
    }).trim();
  }

  /** Runs a hook on an input, and gives all that it printed. It is to succeed, whatever happens (invariant 11). */
  async run(program: Program, input: string | Buffer, env: Readonly<Record<string, string>> = {}): Promise<string> {
    const args = program === 'sh' ? [] : [path.join(this.#programs, 'hook.cjs')];
    const child = spawn(program === 'sh' ? this.script : process.execPath, args, {
      cwd: '/',
      env: { ...this.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let [printed, complained] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complained += text));
    // One that ends without having read all of it is a fault as well.
    let broken: Error | undefined;
    child.stdin.on('error', (error) => (broken = error)).end(input);
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    if (code !== 0 || complained !== '' || broken) {
      throw new Error(`the ${program} hook: exit code ${String(code)}, ${String(broken)}, and said: ${complained}`);
    }
    return printed;
  }

  /** The input of an event in the repository. */
  input(event: string, more: Readonly<Record<string, unknown>> = {}): string {
    return JSON.stringify({ session_id: 's1', cwd: this.repository, hook_event_name: event, ...more });
  }

  /** The input of an edit's event. */
  edit(event: string, file: string, more: Readonly<Record<string, unknown>> = {}): string {
    const tool_input = {
      file_path: path.resolve(this.repository, file),
      old_string: 'a "quoted" \\ text\n',
      new_string: 'b',
    };
    return this.input(event, { tool_name: 'Edit', tool_input, ...more });
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  get script(): string {
    return path.join(this.#programs, 'hook');
  }
}
