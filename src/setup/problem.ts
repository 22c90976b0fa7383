import { UserError } from '../redis/userError.ts';

/** Why something cannot be set up, with the way out; `{0}` … for what fills it. It is translated where it is shown. */
export const setUpProblem = (detail: string, ...fill: string[]): UserError =>
  new UserError({ code: 'set-up', detail, ...(fill.length > 0 ? { fill } : {}) });
