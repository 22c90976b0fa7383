/** What the process says to the script that called it. Scripts rely on the numbers. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  denied: 3,
  unreachable: 4,
  waitedInVain: 5,
  library: 6,
} as const;

/** The command line or the environment asks for something that cannot be; ends with exit code 2. */
export class UsageError extends Error {}
