import { english, reasonText, type Reason } from '../protocol/reasons.ts';

/** Each bundle has a copy of the class of its own, and an error goes from one to the other. */
const brand = Symbol.for('signalbox.UserError');

/** A failure that a person can do something about. `message` is the English sentence; `reason` is what it was made of. */
export class UserError extends Error {
  readonly [brand] = true;
  readonly reason: Reason;

  constructor(reason: Reason, options?: ErrorOptions) {
    super(reasonText(reason, english), options);
    this.name = 'UserError';
    this.reason = reason;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value;
  }
}

/** Settings that cannot be used; `detail` says why, with `{0}` … for what fills it, and is translated where it is shown. */
export const badSettings = (detail: string, ...fill: string[]): UserError =>
  new UserError({ code: 'bad-settings', detail, ...(fill.length > 0 ? { fill } : {}) });
