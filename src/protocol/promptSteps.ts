import { stateHash } from './names.ts';

/** What a prompt is written for. */
export interface Place {
  /** The call of redis-cli, up to the command. */
  cli: string;
  /** A key or channel of the fleet. */
  key: (name: string) => string;
}

/** One thing to do: when and why, how, and what comes after. Commands are single lines that a shell runs as they are. */
export interface Step {
  say: string;
  run: readonly string[];
  after?: string;
}

/** What is said before the steps, and the steps, which are counted from 1 in the text. */
export interface Manual {
  replace: string;
  steps: readonly Step[];
}

/** Long enough for one edit, short enough to outlive a crash by little. */
export const claimSeconds = 120;

export const begin = ({ cli, key }: Place): Step => ({
  say: 'When you start, read what is known of you. If there is an answer, go on from its "ver"; if not, begin with VER 1:',
  run: [`${cli} HGET ${key(stateHash)} AGENT`],
});

export const takeTask = ({ cli, key }: Place): Step => ({
  say: 'Get your task. Where the first queue is empty, try the second; where both are, you are done:',
  run: [`${cli} RPOP ${key('agent:tasks')}`, `${cli} RPOP ${key('analysis:queue')}`],
});

export const giveTask = ({ cli, key }: Place): Step => ({
  say: 'Work that another agent should do goes into the queue:',
  run: [`${cli} LPUSH ${key('agent:tasks')} "TASK"`],
});

export const storeResult = ({ cli, key }: Place): string[] => [
  `${cli} HSET ${key('analysis:results')} "FILE" '{"agent":"AGENT","note":"NOTE"}'`,
  `${cli} INCR ${key('analysis:completed')}`,
];

export const leaveNote = ({ cli, key }: Place): string => `${cli} LPUSH ${key('errors:list')} "AGENT: NOTE"`;
