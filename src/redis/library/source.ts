/** The library as it is loaded into the server. A file of its own, so that it can be left out of what has to start fast. */
import audit from './audit.lua';
import hook from './hook.lua';
import core from './signalbox.lua';
import supervised from './supervised.lua';

/** What goes before the hook's events, in a function of its own: Lua allows 200 local names in one. */
const apart = (text: string): string => `do local function load()\n${text}\nend load() end\n`;

/** One library in several files, each of which uses the words of those before. */
export const source = core + hook + audit + apart(supervised);
