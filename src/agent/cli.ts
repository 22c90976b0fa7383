import { realpathSync } from 'node:fs';
import path from 'node:path';
import { version } from '../../package.json';
import { systemClock } from '../protocol/clock.ts';
import { findRedisServer } from '../redis/localServer.ts';
import type { ConnectionSettings } from '../redis/settings.ts';
import { UserError } from '../redis/userError.ts';
import { agentMeant } from './acting/actor.ts';
import type { Desk } from './acting/command.ts';
import { askTerminal } from './askTerminal.ts';
import { parseInvocation, type GlobalFlags, type Invocation } from './args.ts';
import { demoCommand } from './demoCommand.ts';
import { doctorCommand } from './doctorCommand.ts';
import { exitCodes, UsageError } from './exitCodes.ts';
import { helpText } from './help.ts';
import { processOutput, type Output } from './output.ts';
import { recordedAt } from './recorded.ts';
import { statusCommand } from './statusCommand.ts';
import { failureCode } from './failureCode.ts';
import { failureText, type Typed } from './failureText.ts';
import { resolveFleet, resolveTarget } from './target.ts';
import { watchCommand } from './watchCommand.ts';

async function run(invocation: Invocation, env: NodeJS.ProcessEnv, output: Output): Promise<number> {
  switch (invocation.kind) {
    case 'help':
      output.print(helpText(invocation.topic));
      return exitCodes.ok;
    case 'version':
      output.print(version);
      return exitCodes.ok;
    case 'demo':
      return demoCommand(invocation.demo, findRedisServer(env), output);
    case 'status':
      return statusCommand(targetOf(invocation.flags, env), invocation.json, invocation.listenMs, output);
    case 'watch':
      return watchCommand(targetOf(invocation.flags, env), invocation.json, output);
    case 'doctor':
      return doctorCommand(process.cwd(), invocation.flags, env, invocation.json, output);
    case 'acting':
      return invocation.prepared.run(deskOf(invocation, env, output));
  }
}

const recorded = recordedAt(process.cwd());

const targetOf = (flags: GlobalFlags, env: NodeJS.ProcessEnv): ConnectionSettings =>
  resolveTarget(flags, env, recorded);

function deskOf(
  { flags, agent }: Extract<Invocation, { kind: 'acting' }>,
  env: NodeJS.ProcessEnv,
  output: Output,
): Desk {
  return {
    output,
    clock: systemClock,
    env,
    folder: process.cwd(),
    agent: agentMeant(agent, env),
    isAgentTyped: agent !== null,
    isUrlTyped: flags.url !== null,
    typed: flags,
    dist: path.dirname(realpathSync(process.argv[1] ?? '')),
    ask: process.stdin.isTTY && process.stderr.isTTY ? askTerminal : null,
    fleet: () => resolveFleet(flags, env, recorded),
  };
}

function typedIn(invocation: Invocation, env: NodeJS.ProcessEnv): Typed {
  const flags = 'flags' in invocation ? invocation.flags : null;
  const isActing = invocation.kind === 'acting' && invocation.name !== 'setup';
  return {
    url: flags?.url ?? null,
    env,
    fleet: flags && isActing ? () => resolveFleet(flags, env, recorded) : null,
  };
}

/** What went wrong in one sentence and a number; a stack trace only for what is our own mistake. */
function failure(error: unknown, typed: Typed, output: Output): number {
  if (error instanceof UsageError) {
    output.explain(`signalbox: ${error.message}`);
    return exitCodes.usage;
  }
  if (error instanceof UserError) {
    output.explain(`signalbox: ${failureText(error, typed)}`);
    return failureCode(error.reason);
  }
  output.explain(`signalbox: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return exitCodes.failed;
}

async function main(): Promise<void> {
  const output = processOutput();
  const { env } = process;
  let typed: Typed = { url: null, env, fleet: null };
  let code: number;
  try {
    const invocation = parseInvocation(process.argv.slice(2));
    typed = typedIn(invocation, env);
    code = await run(invocation, env, output);
  } catch (error) {
    code = failure(error, typed, output);
  }
  // A socket that is still closing must not hold the process, and what was printed must be out first.
  process.stdout.write('', () => process.exit(code));
}

void main();
