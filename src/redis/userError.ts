import { english, reasonText, type Reason } from '../protocol/reasons.ts';

/** A failure that a person can do something about. `message` is the English sentence; `reason` is what it was made of. */
export class UserError extends Error {
  readonly reason: Reason;

  constructor(reason: Reason, options?: ErrorOptions) {
    super(reasonText(reason, english), options);
    this.name = 'UserError';
    this.reason = reason;
  }
}
