/** The library as it is loaded into the server. A file of its own, so that it can be left out of what has to start fast. */
import hook from './hook.lua';
import core from './signalbox.lua';

/** One library in two files, of which the second uses the words of the first. */
export const source = core + hook;
