import { eventChannel, lockPrefix, stateChannel, stateHash } from './names.ts';

/** What stands in the prompt for the agent to fill in. Each is safe inside the quotes around it. */
export const promptPlaceholders = ['AGENT', 'TASK', 'FILE', 'NOTE', 'VER'] as const;

/** How long a lock of the prompt lasts, in seconds: longer than one edit takes, short enough to outlive a crash by little. */
const lockSeconds = 120;

const renewScript = `if redis.call("GET",KEYS[1])==ARGV[1] then return redis.call("EXPIRE",KEYS[1],ARGV[2]) end return 0`;
const releaseScript = `if redis.call("GET",KEYS[1])==ARGV[1] then return redis.call("DEL",KEYS[1]) end return 0`;

/**
 * The text that makes an agent with a shell coordinate with others by redis-cli alone. Commands stand on lines of
 * their own, indented, and run as they are once the words in capitals are filled in. Never holds a password. The user's
 * name may stand in the address or beside it.
 */
export function agentPrompt({
  url,
  namespace,
  username,
}: {
  url: string;
  namespace: string;
  username?: string;
}): string {
  const { command, needsUser } = redisCli(url, username ?? '');
  const key = (name: string): string => `${namespace}${name}`;
  const state = `'{"agent_id":"AGENT","state":{"task":"TASK","status":"working","ver":VER,"note":"NOTE"}}'`;
  const done = `'{"agent_id":"AGENT","state":{"task":"TASK","status":"done","ver":VER,"note":"NOTE"}}'`;
  const lock = `"${key(lockPrefix)}FILE"`;
  const run = (rest: string): string => `   ${command} ${rest}`;
  const password = needsUser
    ? 'The server wants a password for this user: it is in the environment variable REDISCLI_AUTH, which redis-cli reads.'
    : 'If the server asks for a password (NOAUTH), it belongs into the environment variable REDISCLI_AUTH, which redis-cli reads.';
  return `You work on this repository at the same time as other agents. Use Redis to coordinate with them, with the commands below.

In each command replace: AGENT by a short name for yourself that no other agent has, and that you keep; TASK by the task as you
took it; FILE by the file's path from the root of the repository, such as src/main.ts; VER by a number that is 1 more in each
state you publish; NOTE by a few words. Use no quotes and no backslashes in them. ${password}
Never put a password into a command.

1. When you start, read what is known of you. If there is an answer, go on from its "ver"; if not, begin with VER 1:
${run(`HGET ${key(stateHash)} AGENT`)}

2. Get your task. Where the first queue is empty, try the second; where both are, you are done:
${run(`RPOP ${key('agent:tasks')}`)}
${run(`RPOP ${key('analysis:queue')}`)}

3. Say what you do whenever it changes, with a greater VER each time, and store the same text. "status" is working, waiting,
   done or failed:
${run(`PUBLISH ${key(stateChannel)} ${state}`)}
${run(`HSET ${key(stateHash)} AGENT ${state}`)}

4. Before you edit a file, lock it. OK means it is yours; an empty answer means that another agent holds it, whose name GET
   tells: say that you are waiting, do something else, and ask again later. Never edit a file that you could not lock:
${run(`SET ${lock} AGENT NX EX ${lockSeconds}`)}
${run(`GET ${lock}`)}

5. While you work on it, renew your lock every minute. 0 means that you lost it: stop editing the file and lock it again:
${run(`EVAL '${renewScript}' 1 ${lock} AGENT ${lockSeconds}`)}

6. When you have finished with the file, release the lock, which this does only if it is still yours:
${run(`EVAL '${releaseScript}' 1 ${lock} AGENT`)}

7. When the task is done, store what you found, count it, and tell the others:
${run(`HSET ${key('analysis:results')} "FILE" '{"agent":"AGENT","note":"NOTE"}'`)}
${run(`INCR ${key('analysis:completed')}`)}
${run(`PUBLISH ${key(stateChannel)} ${done}`)}
${run(`HSET ${key(stateHash)} AGENT ${done}`)}
${run(`PUBLISH ${key(eventChannel)} "task_completed:TASK"`)}
   Then go on with 2.

8. When something goes wrong, tell the others and leave a note; publish your state with "status":"failed":
${run(`PUBLISH ${key(eventChannel)} "error:NOTE"`)}
${run(`LPUSH ${key('errors:list')} "AGENT: NOTE"`)}

9. Work that another agent should do goes into the queue:
${run(`LPUSH ${key('agent:tasks')} "TASK"`)}
`;
}

/** The redis-cli call for an address. A user's name goes into a flag, as redis-cli takes a name alone for a password. */
function redisCli(url: string, username: string): { command: string; needsUser: boolean } {
  const asNamed = username === '' ? '' : ` --user ${quoted(username)}`;
  if (url.startsWith('/')) return { command: `redis-cli -s ${quoted(url)}${asNamed}`, needsUser: username !== '' };
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return { command: 'redis-cli', needsUser: false };
  }
  const user = username || decoded(parsed.username);
  const asUser = user === '' ? '' : ` --user ${quoted(user)}`;
  const needsUser = user !== '';
  if (parsed.protocol === 'unix:') {
    const db = parsed.searchParams.get('db') ?? '';
    const database = /^\d+$/.test(db) ? ` -n ${db}` : '';
    return { command: `redis-cli -s ${quoted(decoded(parsed.pathname))}${database}${asUser}`, needsUser };
  }
  const path = /^\/\d+$/.test(parsed.pathname) ? parsed.pathname : '';
  return { command: `redis-cli -u ${quoted(`${parsed.protocol}//${parsed.host}${path}`)}${asUser}`, needsUser };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** As one word of a POSIX shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
