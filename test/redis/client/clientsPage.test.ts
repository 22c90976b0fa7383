import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findProgram } from '../../../src/redis/localServer.ts';
import { LibraryRig } from '../../support/libraryRig.ts';

/** A block of the page that is run, and what the page says that it prints. */
interface Step {
  language: 'bash' | 'python' | 'js';
  /** It runs on while the others do. */
  isSecond: boolean;
  code: string;
  prints: string;
  /** What the second terminal has printed after it. */
  secondPrints: string | null;
}

function stepsOf(page: string): Step[] {
  const steps: Step[] = [];
  for (const [, language = '', note = '', text = ''] of page.matchAll(/^```(\w+)(.*)\n([^]*?)^```$/gm)) {
    const isSecond = note.trim() === 'second terminal';
    if (language !== 'text') {
      assert.ok(language === 'bash' || language === 'python' || language === 'js', language);
      steps.push({ language, isSecond, code: text, prints: '', secondPrints: null });
    } else if (isSecond) {
      steps.at(-1)!.secondPrints = text;
    } else {
      steps.at(-1)!.prints = text;
    }
  }
  return steps;
}

/** Line by line the same, `…` standing for anything. */
function assertPrinted(printed: string, expected: string): void {
  const shape = expected.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  if (!new RegExp(`^${shape.join('.*')}$`).test(printed)) assert.equal(printed, expected);
}

/** Ends what a program printed for one block. */
const mark = '\u001e';

/** A program that reads blocks, and says on a line of its own when it has done one. */
class Terminal {
  readonly child: ChildProcess;
  stderr = '';
  #printed = '';
  #ended = false;
  #look: () => void = () => {};

  constructor(command: string, args: readonly string[], where: { env: NodeJS.ProcessEnv; cwd: string }) {
    this.child = spawn(command, args, { ...where, stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.#printed += text;
      this.#look();
    });
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.child.on('close', () => {
      this.#ended = true;
      this.#look();
    });
  }

  /** What it has printed and nobody has taken, as soon as that fits; gives up after twenty seconds. */
  printed(fits: (text: string) => boolean): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`printed only ${this.#printed}\n${this.stderr}`)), 20_000);
      this.#look = () => {
        if (!fits(this.#printed) && !this.#ended) return;
        clearTimeout(timer);
        const text = this.#printed;
        this.#printed = '';
        resolve(text);
      };
      this.#look();
    });
  }

  /** Runs a block and gives what it printed. */
  async run(input: string): Promise<string> {
    this.child.stdin!.write(input);
    const text = await this.printed((printed) => printed.endsWith(`${mark}\n`));
    assert.equal(this.stderr, '');
    assert.ok(text.endsWith(`${mark}\n`), text);
    return text.slice(0, -2);
  }

  end(): void {
    this.child.kill('SIGKILL');
  }
}

/** Runs each block that it reads as JSON, all in one set of names. */
const pythonDriver = `
import json, sys
names = {}
for line in sys.stdin:
    exec(json.loads(line), names)
    print(${JSON.stringify(mark)}, flush=True)
`;

function findPython(): string | undefined {
  return [process.env['PYTHON'] ?? '', 'python3', '/usr/bin/python3']
    .filter(Boolean)
    .find((python) => spawnSync(python, ['-c', 'import redis'], { stdio: 'ignore' }).status === 0);
}

describe('The page for agents, run as it stands', () => {
  const steps = stepsOf(readFileSync(path.resolve('CLIENTS.md'), 'utf8'));
  let rig: LibraryRig;
  let folder: string;
  let env: NodeJS.ProcessEnv;
  const terminals = new Map<string, Terminal>();
  let failed = false;

  /**
   * The page says `redis-cli` and means a server on the usual port; here a script of that name adds the port of the test's
   * server. `signalbox` and the package of that name are what the build made.
   */
  before(async () => {
    rig = await LibraryRig.start({ load: false });
    folder = mkdtempSync(path.join(tmpdir(), 'signalbox-page-'));
    const bin = path.join(folder, 'bin');
    const script = (name: string, ...command: string[]): void => {
      const words = command.map((word) => `'${word}'`).join(' ');
      writeFileSync(path.join(bin, name), `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
    };
    mkdirSync(bin);
    const cli = process.env['REDIS_CLI_BIN'] ?? findProgram(['redis-cli', 'valkey-cli'], process.env);
    assert.ok(cli !== null, 'no redis-cli');
    script('redis-cli', cli, '-p', String(rig.server.port));
    script('signalbox', process.execPath, path.resolve('dist/signalbox.cjs'));
    mkdirSync(path.join(folder, 'node_modules'));
    symlinkSync(path.resolve('.'), path.join(folder, 'node_modules', 'signalbox'));
    const outside = Object.entries(process.env).filter(([name]) => !name.startsWith('SIGNALBOX_'));
    env = {
      ...Object.fromEntries(outside),
      PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}`,
      SIGNALBOX_REDIS_URL: rig.server.url,
    };
  });

  after(async () => {
    for (const terminal of terminals.values()) terminal.end();
    await rig.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(function () {
    // What follows builds on what went before.
    if (failed) this.skip();
  });
  afterEach(function () {
    if (this.currentTest?.state === 'failed') failed = true;
  });

  function terminal(name: string, command: string, args: readonly string[] = []): Terminal {
    const known = terminals.get(name) ?? new Terminal(command, args, { env, cwd: folder });
    terminals.set(name, known);
    return known;
  }

  async function inSecondTerminal(code: string): Promise<void> {
    terminal('second', 'bash').child.stdin!.write(code);
    const listeners = async (): Promise<unknown> => (await rig.client.pubsub('NUMSUB', 'agent:state:sync'))[1];
    await rig.until('it listens', async () => Number(await listeners()) === 1);
    await noise('bob');
  }

  /** What an agent has to skip: its own, what is stale, and what is nothing. */
  async function noise(own: string): Promise<void> {
    const head = (agent: string, seq: number): string => `{"agent_id":"${agent}","epoch":"0","seq":${String(seq)}`;
    for (const text of [
      `${head(own, 999_999)},"at":"1","state":{"task":"own","ver":1}}`,
      `${head('alice', 0)},"at":"1","state":{"task":"stale","ver":0}}`,
      '{"agent_id":"x","epoch":{},"state":[]}',
      'nothing',
    ]) {
      await rig.client.publish('agent:state:sync', text);
    }
  }

  async function inNode(code: string): Promise<string> {
    const file = path.join(folder, 'agent.cjs');
    writeFileSync(file, code);
    // It ends by itself; if not, this has a limit.
    const node = spawn(process.execPath, [file], {
      env,
      cwd: folder,
      timeout: 20_000,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    node.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    const exitCode = await new Promise((resolve) => node.once('close', resolve));
    assert.equal(exitCode, 0, printed);
    return printed;
  }

  async function printedBy({ language, isSecond, code }: Step, python: string): Promise<string> {
    if (isSecond) {
      await inSecondTerminal(code);
      return '';
    }
    switch (language) {
      case 'bash':
        return terminal('bash', 'bash').run(`${code}printf '${mark}\\n'\n`);
      case 'python':
        // What a thread prints is to come out at once, whatever the environment says.
        return terminal('python', python, ['-u', '-c', pythonDriver]).run(`${JSON.stringify(code)}\n`);
      case 'js':
        return inNode(code);
    }
  }

  const python = steps.some(({ language }) => language === 'python') ? findPython() : undefined;
  if (python === undefined) {
    process.stderr.write('    NOT RUN: no python3 here can import redis (Debian: apt install python3-redis)\n');
  }

  for (const [i, step] of steps.entries()) {
    const title = step.code.split('\n').find((line) => line !== '') ?? '';
    it(`${step.language} ${String(i + 1)}: ${title}`, async function () {
      this.timeout(40_000);
      if (step.language === 'python' && python === undefined) this.skip();
      if (step.language === 'js') await noise('carol');
      assertPrinted(await printedBy(step, python ?? ''), step.prints);
      const { secondPrints } = step;
      if (secondPrints === null) return;
      const lines = secondPrints.split('\n').length;
      assertPrinted(await terminal('second', 'bash').printed((text) => text.split('\n').length >= lines), secondPrints);
    });
  }

  it('lets the Python agent hear the Node agent, but neither itself nor what is stale', async function () {
    if (python === undefined) this.skip();
    const heard = ['dave src/c.ts 1', 'dave src/c.ts 2', 'dave src/c.ts 3', ''].join('\n');
    assert.equal(await terminal('python', '').printed((text) => text.split('\n').length > 3), heard);
  });

  /** Another holds what `ask` waits for, and gives it back once somebody waits. */
  async function afterAWait(resource: string, ask: () => Promise<string>): Promise<string> {
    rig.ns = '';
    const [token = 0] = await rig.hold('boss', [resource]);
    const got = ask();
    await rig.until('somebody waits', async () => (await rig.client.zcard('signalbox:queue')) === 1);
    await rig.calls.release('boss', [[resource, token]]);
    return got;
  }

  it('waits in line in bash until it is its turn', async () => {
    const ask = `claim_in_line eve src/x.ts 60000 wait\nprintf '${mark}\\n'\n`;
    const got = await afterAWait('src/x.ts', () => terminal('bash', '').run(ask));
    assertPrinted(got, 'OK\n60000\n…\nsrc/x.ts\n…\n');
    assert.equal((await rig.lease('src/x.ts'))?.holder, 'eve');
  });

  it('waits in line in Python, renews what it has, and says what is lost', async function () {
    if (python === undefined) this.skip();
    const run = (code: string): Promise<string> => terminal('python', '').run(`${JSON.stringify(code)}\n`);
    const ask = 'tokens = claim(["src/y.ts", "src/z.ts"], wait_s=20)\nprint(sorted(tokens))';
    assert.equal(await afterAWait('src/y.ts', () => run(ask)), "['src/y.ts', 'src/z.ts']\n");
    assert.equal(await run('print(claim(["src/x.ts"])[:4])'), "['DENIED', 'src/x.ts', 'src/x.ts', 'eve']\n");
    // One turn of its loop, and no other.
    const turn = 'class Turn:\n    wait = lambda self, s, turns=iter([False, True]): next(turns)';
    await rig.client.del('lock:src/y.ts');
    assert.equal(
      await run(`${turn}\nkeep(tokens, 60_000, print, Turn())\nprint(list(tokens))`),
      "['src/y.ts']\n['src/z.ts']\n",
    );
  });

  it('has blocks of all three', () => {
    assert.deepEqual(new Set(steps.map(({ language }) => language)), new Set(['bash', 'python', 'js']));
  });
});
