import { displayText } from '../protocol/displayText.ts';
import { hookVersion } from '../protocol/hookVersion.ts';
import { english } from '../protocol/reasons.ts';
import type { DoctorReport, Finding } from '../setup/doctor/index.ts';
import type { GlobalFlags } from './args.ts';
import { exitCodes } from './exitCodes.ts';
import type { Output } from './output.ts';

/** Prints whether Claude Code's sessions in the repository around `folder` are guarded, and what to do where they are not. */
export async function doctorCommand(
  folder: string,
  flags: GlobalFlags,
  env: NodeJS.ProcessEnv,
  json: boolean,
  output: Output,
): Promise<number> {
  const { examine } = await import('../setup/index.ts');
  const report = await examine({ folder, env: asEnvironment(flags, env), version: hookVersion }, english);
  if (json) output.print(JSON.stringify(report));
  else output.print(doctorText(report));
  return report.guard === 'on' ? exitCodes.ok : exitCodes.failed;
}

/** A hook has no flags: what they say has to reach it as variables. */
function asEnvironment({ url, namespace }: GlobalFlags, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...env,
    ...(url === null ? {} : { SIGNALBOX_REDIS_URL: url }),
    ...(namespace === null ? {} : { SIGNALBOX_NAMESPACE: namespace }),
  };
}

const verdicts = {
  on: 'The guard is on.',
  partial: 'The guard is on for some, but not for all.',
  none: 'The guard is off: sessions edit without claiming.',
} as const;

/** The report as a person reads it, with nothing in it that could act on a terminal. */
export function doctorText({ guard, findings }: DoctorReport): string {
  return [...findings.flatMap(lines), '', verdicts[guard]].join('\n');
}

function lines({ level, text, mend }: Finding): string[] {
  const shown = `${level.padEnd(9)}${displayText(text, 1_000)}`;
  return mend === null ? [shown] : [shown, `${' '.repeat(9)}→ ${displayText(mend, 1_000)}`];
}
