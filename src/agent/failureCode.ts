import type { Reason } from '../protocol/reasons.ts';
import { exitCodes } from './exitCodes.ts';

/** The server can be reached well, and does not do it. */
const refused: ReadonlySet<Reason['code']> = new Set([
  'not-allowed',
  'missing-right',
  'call-refused',
  'out-of-memory',
  'read-only',
  'cluster',
  'set-up',
]);
const library: ReadonlySet<Reason['code']> = new Set(['library-missing', 'library-other']);

/** What a failure tells the script that called us; most of what can go wrong is the connection. */
export function failureCode({ code }: Reason): number {
  if (code === 'bad-settings') return exitCodes.usage;
  if (library.has(code)) return exitCodes.library;
  return refused.has(code) ? exitCodes.failed : exitCodes.unreachable;
}
