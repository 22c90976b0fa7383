import { eventChannel, lockPrefix, stateChannel, stateHash } from './names.ts';
import {
  begin,
  claimSeconds,
  giveTask,
  leaveNote,
  storeResult,
  takeTask,
  type Place,
  type Manual,
} from './promptSteps.ts';

const renewScript = `if redis.call("GET",KEYS[1])==ARGV[1] then return redis.call("EXPIRE",KEYS[1],ARGV[2]) end return 0`;
const releaseScript = `if redis.call("GET",KEYS[1])==ARGV[1] then return redis.call("DEL",KEYS[1]) end return 0`;

/** How agents coordinate by plain commands, with nothing on the server. */
export function plainManual(place: Place): Manual {
  const { cli, key } = place;
  const state = (status: string): string =>
    `'{"agent_id":"AGENT","state":{"task":"TASK","status":"${status}","ver":VER,"note":"NOTE"}}'`;
  const publish = (status: string): string[] => [
    `${cli} PUBLISH ${key(stateChannel)} ${state(status)}`,
    `${cli} HSET ${key(stateHash)} AGENT ${state(status)}`,
  ];
  const lock = `"${key(lockPrefix)}FILE"`;
  return {
    replace: `AGENT by a short name for yourself that no other agent has, and that you keep; TASK by the task as you
took it; FILE by the file's path from the root of the repository, such as src/main.ts; VER by a number that is 1 more in each
state you publish; NOTE by a few words. Use no quotes and no backslashes in them.`,
    steps: [
      begin(place),
      takeTask(place),
      {
        say: `Say what you do whenever it changes, with a greater VER each time, and store the same text. "status" is working, waiting,
   done or failed:`,
        run: publish('working'),
      },
      {
        say: `Before you edit a file, lock it. OK means it is yours; an empty answer means that another agent holds it, whose name GET
   tells: say that you are waiting, do something else, and ask again later. Never edit a file that you could not lock:`,
        run: [`${cli} SET ${lock} AGENT NX EX ${claimSeconds}`, `${cli} GET ${lock}`],
      },
      {
        say: `While you work on it, renew your lock every minute. 0 means that you lost it: stop editing the file and lock it again:`,
        run: [`${cli} EVAL '${renewScript}' 1 ${lock} AGENT ${claimSeconds}`],
      },
      {
        say: `When you have finished with the file, release the lock, which this does only if it is still yours:`,
        run: [`${cli} EVAL '${releaseScript}' 1 ${lock} AGENT`],
      },
      {
        say: 'When the task is done, store what you found, count it, and tell the others:',
        run: [...storeResult(place), ...publish('done'), `${cli} PUBLISH ${key(eventChannel)} "task_completed:TASK"`],
        after: 'Then go on with 2.',
      },
      {
        say: 'When something goes wrong, tell the others and leave a note; publish your state with "status":"failed":',
        run: [`${cli} PUBLISH ${key(eventChannel)} "error:NOTE"`, leaveNote(place)],
      },
      giveTask(place),
    ],
  };
}
