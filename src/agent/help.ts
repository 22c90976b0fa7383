import { actingCommands, actingNames } from './acting/commands.ts';
import type { CommandName, LookingName } from './args.ts';

const general = `signalbox: see and coordinate a fleet of coding agents through Redis

usage: signalbox [--url URL] [--namespace NS] [--agent NAME] COMMAND …

to look:
  status     print what the fleet does now, and end
  watch      print what the fleet does now, then a line for everything that happens
  doctor     say whether Claude Code's sessions in this repository are guarded, and what to do
  demo       start a Redis of its own with simulated agents at work

to act:
${actingNames.map((name) => `  ${name.padEnd(10)} ${actingCommands[name].summary}`).join('\n')}

before the command:
  --url URL          where Redis is (default redis://127.0.0.1:6379); never with a password, which belongs into
                     SIGNALBOX_REDIS_URL
  --namespace NS     which fleet: a prefix such as shop:, '' for agents without one, auto (the default) for what the
                     repository recorded. status and watch take several, separated by commas, and auto with those
                     without one; to act there must be one
  --agent NAME       who acts; pause, resume, send and transfer take USER@HOST where nobody is named. In the shell of
                     a Claude Code session it is that session, unless the flag or the variable says otherwise

environment:
  SIGNALBOX_REDIS_URL, SIGNALBOX_NAMESPACE, SIGNALBOX_AGENT   used where the flag is not given; to act, a namespace
                                                              that is set to nothing is that of agents without one
  CLAUDE_CODE_SESSION_ID                                      who acts, where neither flag nor SIGNALBOX_AGENT says
  git config signalbox.namespace                              what the repository recorded
  ~/.config/signalbox/connections.json                        address, user and password by namespace, as written by
                                                              setup claude; the first entry where none fits

exit codes: 0 fine, 1 failed, 2 wrong usage, 3 denied, 4 Redis unreachable, 5 waited in vain, 6 library missing

example: signalbox --namespace shop: status
more:    signalbox COMMAND --help`;

const looking: Record<LookingName, string> = {
  status: `usage: signalbox [--url URL] [--namespace NS] status [--json] [--listen TIME]

Connects, reads stored states, locks and queues once, prints them and ends. What agents only publish is kept nowhere:
--listen 5s listens that long before it prints, and Ctrl-C prints at once. With --json, one JSON object on one line.
Ends with 4 and the reason when there is no whole picture within 5 seconds.

  --listen TIME   up to 10m: a whole number and its unit, 500ms, 5s or 2m; without a unit it is milliseconds

example: signalbox status --json | jq '.agents[] | {id, status}'`,
  watch: `usage: signalbox [--url URL] [--namespace NS] watch [--json]

Prints the picture once it is whole, then one line for everything that happens, until Ctrl-C. With --json each line is
a JSON object: the first has "kind":"snapshot", the others a number "n" from 1. Once started it outlives losses of the
connection, which are lines too; that it cannot connect at all within 5 seconds ends it with 4.

example: signalbox watch --json | grep --line-buffered '"kind":"stale"'`,
  doctor: `usage: signalbox [--url URL] [--namespace NS] doctor [--json]

Follows the way from Claude Code's settings to Redis and back, for the repository around the current folder: entries of
the hook in all settings files, its programs, the connection with its rights, the hook itself, which is run, and who was
heard. Says of each whether it is ok, a warning or wrong, with what mends it. It changes nothing. Ends with 0 where the
guard is on, and with 1 where it is off, or not on for all.

  --json   {"v":1,"guard":"none|partial|on","findings":[{"id","level","text","mend"}]}

example: signalbox doctor`,
  demo: `usage: signalbox demo [--agents N] [--json] [--seed S] [--speed X]

Starts a Redis on a free port of this machine and N simulated agents (9; 0 to 50) that work on a sample repository in a
temporary folder, in the namespace demo:. Runs until Ctrl-C, or until its standard input ends where that is a pipe, and
leaves nothing behind. With --json the line that says it is ready is a JSON object with url, namespace and folder.

  --agents N   0 starts only the server and the folder
  --seed S     another course of events (default 1)
  --speed X    X times as fast (0.1 to 100)

example: signalbox demo --agents 12`,
};

export function helpText(topic: CommandName | null): string {
  if (topic === null) return general;
  return isLooking(topic) ? looking[topic] : actingCommands[topic].help;
}

const isLooking = (name: CommandName): name is LookingName => name in looking;
