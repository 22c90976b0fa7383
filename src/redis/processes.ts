import { hostname } from 'node:os';

/** The processes of the machine that this runs on. */
export const ownProcesses = {
  host: hostname(),
  /** Whether there is a process with this number, whoever's it is. Never throws. */
  isAlive(pid: number): boolean {
    try {
      // Signal 0 is none: it only asks.
      process.kill(pid, 0);
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EPERM';
    }
  },
} as const;
