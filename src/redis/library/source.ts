/** The library as it is loaded into the server. A file of its own, so that it can be left out of what has to start fast. */
import source from './signalbox.lua';

export { source };
