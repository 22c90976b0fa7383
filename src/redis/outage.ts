import type { Reason } from '../protocol/reasons.ts';
import type { ConnectionState } from '../protocol/status.ts';
import { isRefusal } from './reason.ts';

/**
 * What there is to tell while a connection fails. Both clients of a feed fail alike and try again twice a second, so each
 * failure is told once, and one that only follows from the one before it not at all.
 */
export class Outage {
  #wasLive = false;
  #isRefused = false;
  /** The last failure that was told; null while there is none. */
  #told: Reason | null = null;
  /** The kind of failure that was last looked at twice. */
  #looked: Reason['code'] | undefined;

  /** Whether the server said no, so that asking twice a second would only be a nuisance to it. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** It is over. */
  ended(): void {
    this.#wasLive = true;
    this.#isRefused = false;
    this.#told = null;
  }

  /** How the connection stands after a failure; null if there is nothing new to tell. `broke`: it was live until now. */
  add(reason: Reason, broke: boolean): ConnectionState | null {
    if (!broke && this.#told && saysLess(reason, this.#told)) return null;
    this.#isRefused = isRefusal(reason);
    if (!broke && JSON.stringify(reason) === JSON.stringify(this.#told)) return null;
    this.#told = reason;
    return this.#isRefused ? 'refused' : this.#wasLive ? 'reconnecting' : 'connecting';
  }

  /** Whether a failure of a first connection deserves a second look: once for each kind, not at every try. */
  deservesLook({ code }: Reason): boolean {
    if (this.#wasLive || this.#looked === code || this.#told?.code !== code) return false;
    this.#looked = code;
    return true;
  }
}

/**
 * Whether a failure adds nothing to the one before it: the closing of a socket after the error that closed it, or the
 * silence of a server that was found to be silent because it does not speak TLS.
 */
function saysLess(reason: Reason, than: Reason): boolean {
  return reason.code === 'closed' || (reason.code === 'timeout' && than.code === 'tls-unwanted');
}
