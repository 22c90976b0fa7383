import { controlKey, lockPrefix, seqKey, wakePrefix } from './names.ts';
import {
  begin,
  claimSeconds,
  giveTask,
  leaveNote,
  storeResult,
  takeTask,
  type Manual,
  type Place,
} from './promptSteps.ts';

/**
 * The wait of one command, in seconds and rounds: below the two minutes that agents' shells commonly allow. A round is
 * shorter than what makes a waiter lose its place.
 */
const [roundSeconds, rounds] = [3, 30];

/** How agents coordinate where the server has the function library. */
export function libraryManual(place: Place): Manual {
  const { cli, key } = place;
  const call = (name: string, ...args: string[]): string =>
    [`${cli} FCALL signalbox_${name} 1 "${key(seqKey)}" AGENT`, ...args].join(' ');
  const onFile = (name: string, args: string): string =>
    `${cli} FCALL signalbox_${name} 2 "${key(seqKey)}" "${key(lockPrefix)}FILE" AGENT ${args}`;
  const publish = (status: string): string =>
    call('publish', `"" "" '{"task":"TASK","status":"${status}","ver":VER,"note":"NOTE"}'`);
  const claim = (wait: string): string => onFile('claim', `${claimSeconds * 1000} "TASK" "${wait}"`);
  const block = `${cli} BLPOP "${key(wakePrefix)}WAIT" ${roundSeconds}`;
  return {
    replace: `AGENT by a short name for yourself that no other agent has, and that you keep (if an agent started you: its
name, a slash, and a word); TASK by the task as you took it; FILE by the file's path from the root of the repository, such as
src/main.ts, or by a folder for all below it, such as src/auth/; TOKEN by the token of your claim on FILE; VER by a number that
is 1 more in each state you publish; ID by the id of the last message that you acted on, at first by nothing; WAIT by AGENT-1,
in your next wait AGENT-2, and so on; NOTE by a few words. Use no quotes, backslashes, dollar signs or backticks in them. An
answer with ERR says what to mend; nothing was done.`,
    steps: [
      begin(place),
      {
        say: `Before each task, and now and then while you work, read your messages: id, time, sender and text of each. Begin nothing
   new while the second command says that you, or all, are paused:`,
        run: [call('inbox', '"ID" 10'), `${cli} HMGET ${key(controlKey)} AGENT "*"`],
      },
      takeTask(place),
      {
        say: `Say what you do whenever it changes, with a greater VER each time. "status" is working, waiting, done or failed. After
   STALE or DIVERGENT, which tell the known epoch and ver, take a VER above that ver; if the epoch is not 0, take another name:`,
        run: [publish('working')],
      },
      {
        say: `Before you edit a file, claim it. OK means it is yours for two minutes; the last line is its TOKEN. DENIED means it is not,
   and then says: your file, what is in the way (it or a folder), whose that is, their task, and the ms it has left. Say that you
   are waiting, and do something else or wait in line (7). Never edit a file that you did not get:`,
        run: [claim('')],
      },
      {
        say: `While you work on it, run the same command every minute, which prolongs it. DENIED, or OK with another TOKEN, means that
   you had lost it: stop, and before you edit it again get it and read it anew.`,
        run: [],
      },
      {
        say: `To wait in line, run this. It takes ${roundSeconds * rounds} seconds at most and answers as in 5. After DENIED run it again at once, with the same
   WAIT, to keep your place. DEADLOCK means that the agents it names wait for each other: release all (9) and begin anew:`,
        run: [
          `i=0; until R=$(${claim('WAIT')}); i=$((i+1)); [ "\${R#DENIED}" = "$R" ] || [ $i = ${rounds} ]; do ${block} > /dev/null; done; echo "$R"`,
        ],
      },
      {
        say: 'When you have finished with the file, release it:',
        run: [onFile('release', 'TOKEN')],
      },
      {
        say: 'When the task is done, store what you found, count it, tell the others, and release all that you still hold:',
        run: [
          ...storeResult(place),
          publish('done'),
          call('event', 'task-completed "FILE" "TASK"'),
          call('release_all'),
        ],
        after: 'Then go on with 2.',
      },
      {
        say: 'When something goes wrong, tell the others and leave a note; publish your state with "status":"failed":',
        run: [call('event', 'error "FILE" "NOTE"'), leaveNote(place)],
      },
      giveTask(place),
    ],
  };
}
