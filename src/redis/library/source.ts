/** The library as it is loaded into the server. A file of its own, so that it can be left out of what has to start fast. */
import audit from './audit.lua';
import hook from './hook.lua';
import core from './signalbox.lua';

/** One library in three files, of which each uses the words of those before. */
export const source = core + hook + audit;
