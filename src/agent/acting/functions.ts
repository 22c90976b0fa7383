import { exitCodes } from '../exitCodes.ts';
import { command } from './command.ts';

export const functions = command({
  summary: 'print the function library, to load it with redis-cli',
  help: `usage: signalbox functions

Prints the Lua source of the function library exactly as \`signalbox setup\` loads it. It needs no server.

example: signalbox functions | redis-cli -x FUNCTION LOAD REPLACE`,
  words: 'none',
  options: {},
  read: () => ({}),
  async run(_request, { output }) {
    const { source } = await import('../../redis/library/source.ts');
    // The line's end comes with the print.
    output.print(source.replace(/\n$/, ''));
    return exitCodes.ok;
  },
});
