import { claim } from './claim.ts';
import type { Command } from './command.ts';
import { pause, resume } from './control.ts';
import { functions } from './functions.ts';
import { inbox } from './inbox.ts';
import { publish } from './publish.ts';
import { release } from './release.ts';
import { renew } from './renew.ts';
import { run } from './run.ts';
import { send } from './send.ts';
import { setup } from './setup.ts';
import { transfer } from './transfer.ts';
import { wait } from './wait.ts';

/** The commands that act, in the order in which the help lists them. */
export const actingCommands = {
  claim,
  wait,
  renew,
  release,
  transfer,
  run,
  publish,
  send,
  inbox,
  pause,
  resume,
  setup,
  functions,
} as const satisfies Record<string, Command>;

export type ActingName = keyof typeof actingCommands;
export const actingNames = Object.keys(actingCommands) as ActingName[];
