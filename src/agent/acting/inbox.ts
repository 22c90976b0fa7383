import type { InboxMessage } from '../../redis/library/calls.ts';
import { exitCodes } from '../exitCodes.ts';
import { numberFlag } from '../flags.ts';
import { short } from '../statusText.ts';
import { actingAgent } from './actor.ts';
import { command } from './command.ts';
import { inFleet } from './session.ts';

/** As many as an inbox keeps. */
const mostMessages = 100;

export const inbox = command({
  summary: 'print the messages to the agent, and confirm them',
  help: `usage: signalbox [--agent NAME] inbox [--count N] [--keep] [--json]

Prints the agent's messages, oldest first, a line each: time, sender and text between tabs. Once they are printed they
are deleted from the inbox.

  --count N   at most so many (default and most ${mostMessages})
  --keep      leave them there
  --json      a JSON object a line, with the exact text: {"v":1,"id":"…","at":"…","from":"…","text":"…"}

example: signalbox --agent a inbox --json`,
  words: 'none',
  options: { json: { type: 'boolean' }, count: { type: 'string' }, keep: { type: 'boolean' } },
  read: (values) => ({
    json: values.json === true,
    keep: values.keep === true,
    count: numberFlag('--count', values.count, mostMessages, { from: 1, to: mostMessages, whole: true }),
  }),
  run({ json, keep, count }, desk) {
    const agent = actingAgent(desk);
    return inFleet(desk, async ({ calls }) => {
      const messages = await calls.inbox(agent, '', count);
      for (const message of messages) desk.output.print(json ? messageJson(message) : messageText(message));
      const last = messages.at(-1);
      // What nobody could read is not confirmed.
      if (!keep && last && (await desk.output.printed())) await calls.inbox(agent, last.id, 0);
      return exitCodes.ok;
    });
  },
});

/** A stream's id begins with a time, but the message says its own; a damaged one has none. */
const timeOf = ({ at }: InboxMessage): string => new Date(Math.abs(at) <= 8.64e15 ? at : 0).toISOString();

const messageJson = (message: InboxMessage): string =>
  JSON.stringify({ v: 1, id: message.id, at: timeOf(message), from: message.from, text: message.text });

const messageText = (message: InboxMessage): string =>
  [timeOf(message), short(message.from, 128), short(message.text, 4096)].join('\t');
