import type { Denied, Granted } from '../../redis/library/calls.ts';
import { exitCodes } from '../exitCodes.ts';
import { timeFlag, withOptionalTime, type Options } from '../flags.ts';
import { claimInLine, type InLineReply } from '../../redis/library/inLine.ts';
import type { Desk } from './command.ts';
import type { Interrupt } from './interrupt.ts';
import type { Session } from './session.ts';
import { span } from '../statusText.ts';
import { circleText, deniedText, limitText } from './words.ts';

/** How long to wait where no time is given: every wait has an end. */
export const usualWait = '10m';
export const waitRange = { least: '1ms', most: '24h', example: '30s' };

export const takeOptions = {
  ttl: { type: 'string' },
  wait: { type: 'string' },
  task: { type: 'string' },
} as const satisfies Options;

export const withWait = (rest: readonly string[]): string[] => withOptionalTime(rest, '--wait', usualWait);

export const waitFlag = (text: string | undefined): number =>
  text === undefined ? 0 : timeFlag('--wait', text, waitRange);

/** What the helps of all commands that take times say of them. */
export const timeHelp = `  TIME            a whole number and its unit: 500ms, 90s, 5m, 2h; without a unit it is milliseconds (300 is 0.3 s)`;

/** Tells whoever claims for less than a second, who probably meant seconds. */
export function explainShort(ttlMs: number, desk: Desk): void {
  if (ttlMs >= 1_000) return;
  const meant = `--ttl ${ttlMs}s is ${span(ttlMs * 1_000)}`;
  desk.output.explain(`signalbox: ${ttlMs} is milliseconds, after which the claim is gone; ${meant}.`);
}

export const waitHelp = `  --wait [TIME]   wait in line where it is taken, for ${usualWait} if no time is given; Ctrl-C leaves the line`;

export interface Wish {
  resources: readonly string[];
  ttlMs: number;
  task: string;
  waitMs: number;
}

/** What came of it, and the exit code that says so. */
export interface Taken {
  code: number;
  reply: InLineReply;
  granted: Granted | null;
}

/** Claims, waiting if that is wished, and tells the person at the terminal what stands in the way. */
export async function take(
  session: Session,
  agent: string,
  wish: Wish,
  desk: Desk,
  interrupt: Interrupt | null,
): Promise<Taken> {
  const explain = (text: string): void => desk.output.explain(`signalbox: ${text}`);
  let told = '';
  const onDenied = ({ holder, blocking, position, ...rest }: Denied): void => {
    const news = JSON.stringify([holder, blocking, position]);
    if (news === told) return;
    told = news;
    explain(`Waiting: ${deniedText({ holder, blocking, position, ...rest })}`);
  };
  const reply = await claimInLine(session.line, agent, { ...wish, signal: interrupt?.signal, onDenied });
  const result = (code: number): Taken => ({ code, reply, granted: null });
  switch (reply.kind) {
    case 'granted':
      return { code: exitCodes.ok, reply, granted: reply };
    case 'denied':
      explain(`${deniedText(reply)} (--wait waits in line)`);
      return result(exitCodes.denied);
    case 'deadlock':
      explain(circleText(reply.circle));
      return result(exitCodes.denied);
    case 'limit':
      explain(limitText(reply.what));
      return result(exitCodes.failed);
    case 'waited-in-vain':
      explain(`Waited in vain: ${deniedText({ ...reply.denied, position: 0 })}`);
      return result(exitCodes.waitedInVain);
    case 'aborted':
      explain('The wait was ended.');
      return result(interrupt?.asEnd.code ?? exitCodes.failed);
  }
}
