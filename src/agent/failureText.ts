import type { Reason } from '../protocol/reasons.ts';
import { agentAcl } from '../redis/rights.ts';
import type { UserError } from '../redis/userError.ts';
import type { Fleet } from './acting/command.ts';
import { UsageError } from './exitCodes.ts';
import { carriesPassword } from './passwordInUrl.ts';

/** How the command that failed was typed, which decides what helps. */
export interface Typed {
  /** The value of --url; null where not given. */
  url: string | null;
  env: NodeJS.ProcessEnv;
  /** Where it acts; null for a command that only looks. */
  fleet: (() => Fleet) | null;
}

/** A failure in words for the terminal: what a window would offer as a button, a shell has to be told as a flag. */
export function failureText({ reason, message }: UserError, typed: Typed): string {
  if (reason.code === 'unreachable') {
    return (
      `Nothing answers at ${reason.where}. Start Redis there, or name another server by --url or ` +
      'SIGNALBOX_REDIS_URL; `signalbox demo` brings a server of its own.'
    );
  }
  if (reason.code === 'password-needed') return `The server asks for a password. ${passwordPlace(typed)}`;
  if (reason.code === 'wrong-password') return `The server refused the user name or password. ${passwordPlace(typed)}`;
  if (reason.code === 'certificate') {
    return `The certificates do not fit: ${reason.detail}. NODE_EXTRA_CA_CERTS names the file of an authority to trust.`;
  }
  if (reason.code === 'cluster') {
    return (
      'This is a cluster: who acts there needs a namespace with a tag in braces, such as --namespace {shop}:, so that ' +
      'its keys are on one node.'
    );
  }
  return reason.code === 'not-allowed' ? message + rightsText(reason, typed) : message;
}

function passwordPlace({ url, env }: Typed): string {
  const known = env['SIGNALBOX_REDIS_URL'] ?? '';
  if (url !== null && carriesPassword(known) && hostOf(url) === hostOf(known)) {
    return 'SIGNALBOX_REDIS_URL holds one for this server, but --url goes before it: leave --url out.';
  }
  const instead = url === null ? '' : ', and leave --url out';
  return `Put it into SIGNALBOX_REDIS_URL, as redis://user:password@host:6379${instead}.`;
}

/** Where an address leads, without who goes there; the text itself where it is none. */
function hostOf(address: string): string {
  try {
    const { protocol, host, pathname } = new URL(address);
    return protocol === 'unix:' ? pathname : host.replace(/:6379$/, '');
  } catch {
    return address;
  }
}

/** The rights are asked for one after the other as they are used; here they are all at once. */
function rightsText(reason: Extract<Reason, { code: 'not-allowed' }>, { fleet }: Typed): string {
  if (fleet === null) return '';
  const end = /[.!]$/.test(reason.detail) ? '' : '.';
  try {
    const { settings, ns } = fleet();
    return `${end} All that an agent needs is given by: ${agentAcl(ns, settings)}`;
  } catch (error) {
    if (error instanceof UsageError) return end;
    throw error;
  }
}
