import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { marker } from './script.ts';

export interface SessionOptions {
  /** The client's program. */
  readonly client: string;
  readonly modelUrl: string;
  /** The working folder. */
  readonly folder: string;
  /** What it has as its home; made where it is missing. */
  readonly home: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly args?: readonly string[];
  /** It is ended after so long. */
  readonly limitMs?: number;
  /** What a person answers whom it asks whether it may call a tool; without this nobody is there to be asked. */
  readonly mayCall?: (tool: string) => Promise<boolean>;
}

export interface SessionEnd {
  readonly code: number | null;
  readonly output: string;
  /** It had to be ended because it took too long. */
  readonly isOverdue: boolean;
}

export interface Session {
  readonly pid: number;
  readonly ended: Promise<SessionEnd>;
  /** Prompts it to do what a script says, and waits until it is done with that, or has ended. */
  prompt(script: string): Promise<void>;
  /** No more prompts: it ends as soon as it is done. */
  close(): Promise<SessionEnd>;
  /** Ends it; with SIGKILL it cannot tell anybody. */
  kill(signal?: NodeJS.Signals): void;
}

/** What the client says about itself while it runs, as far as it matters here. */
interface Said {
  readonly type?: string;
  readonly request_id?: string;
  readonly request?: { readonly subtype?: string; readonly tool_name?: string; readonly input?: object };
}

const maxOutput = 100_000;

/** Starts the real client, with nothing of our own environment but the PATH. It takes prompts until it is closed. */
export function startSession(options: SessionOptions): Session {
  const { client, modelUrl, folder, home, env, args = [], limitMs = 120_000, mayCall } = options;
  mkdirSync(home, { recursive: true });
  const streams = ['--input-format', 'stream-json', '--output-format', 'stream-json', '--verbose'];
  const asking = mayCall ? ['--permission-prompt-tool', 'stdio'] : [];
  const child = spawn(client, ['-p', ...streams, '--permission-mode', 'acceptEdits', ...asking, ...args], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      ANTHROPIC_API_KEY: 'none',
      ANTHROPIC_BASE_URL: modelUrl,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_TELEMETRY: '1',
      DISABLE_AUTOUPDATER: '1',
      ...env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const send = (message: object): void => void child.stdin.write(`${JSON.stringify(message)}\n`);
  // Whoever writes to a session that has ended learns it from `ended`.
  child.stdin.on('error', () => undefined);
  let output = '';
  const keep = (text: string): void => void (output = (output + text).slice(-maxOutput));
  child.stderr.on('data', (text: Buffer) => keep(text.toString()));
  let onResult = (): void => undefined;
  createInterface({ input: child.stdout }).on('line', (line) => {
    keep(`${line}\n`);
    const said = JSON.parse(line) as Said;
    if (said.type === 'result') onResult();
    if (said.type === 'control_request' && said.request?.subtype === 'can_use_tool') {
      permit(said).catch((error: unknown) => {
        // Nobody would ever answer it.
        keep(String(error));
        child.kill('SIGKILL');
      });
    }
  });
  const permit = async ({ request_id, request }: Said): Promise<void> => {
    const isAllowed = (await mayCall?.(request?.tool_name ?? '')) ?? false;
    const response = isAllowed
      ? { behavior: 'allow', updatedInput: request?.input }
      : { behavior: 'deny', message: 'The user said no.' };
    send({ type: 'control_response', response: { subtype: 'success', request_id, response } });
  };
  let isOverdue = false;
  const timer = setTimeout(() => {
    isOverdue = true;
    child.kill('SIGKILL');
  }, limitMs);
  const ended = new Promise<SessionEnd>((resolve, reject) => {
    child.once('error', reject);
    // Not `close`: what the session left running may hold its output open.
    child.once('exit', (code) => resolve({ code, output, isOverdue }));
  }).finally(() => clearTimeout(timer));
  ended.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    ended,
    async prompt(script) {
      const result = new Promise<void>((resolve) => (onResult = resolve));
      send({ type: 'user', message: { role: 'user', content: `Do as you are told. ${marker(script)}` } });
      await Promise.race([result, ended]);
    },
    close() {
      child.stdin.end();
      return ended;
    },
    kill: (signal = 'SIGTERM') => void child.kill(signal),
  };
}
