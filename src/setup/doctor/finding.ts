/** How much a finding matters: with `wrong` nothing is guarded, with `warning` something is not as it should be. */
export type Level = 'ok' | 'warning' | 'wrong';

/** One thing that was looked at. */
export interface Finding {
  id: FindingId;
  level: Level;
  text: string;
  /** What to do about it; null where there is nothing to do. */
  mend: string | null;
}

/** In the order of the chain: what comes later needs what comes before. */
export const findingIds = [
  'repository',
  'namespace',
  'rules',
  'settings',
  'disabled',
  'entries',
  'timeout',
  'worktrees',
  'programs',
  'tools',
  'connections',
  'redis',
  'library',
  'rights',
  'eviction',
  'config',
  'hook',
  'heard',
  'missed',
  'sessions',
] as const;
export type FindingId = (typeof findingIds)[number];

export type Guard = 'none' | 'partial' | 'on';

export interface DoctorReport {
  v: 1;
  guard: Guard;
  findings: Finding[];
}

/** With a warning of these some sessions or events go unguarded. */
const partly: ReadonlySet<FindingId> = new Set<FindingId>(['entries', 'worktrees', 'sessions']);

export function reportOf(findings: readonly Finding[]): DoctorReport {
  const isNone = findings.some(({ level }) => level === 'wrong');
  const isPartial = findings.some(({ id, level }) => level === 'warning' && partly.has(id));
  return { v: 1, guard: isNone ? 'none' : isPartial ? 'partial' : 'on', findings: [...findings] };
}

export const ok = (id: FindingId, text: string): Finding => ({ id, level: 'ok', text, mend: null });
export const warning = (id: FindingId, text: string, mend: string | null): Finding => ({
  id,
  level: 'warning',
  text,
  mend,
});
export const wrong = (id: FindingId, text: string, mend: string | null): Finding => ({
  id,
  level: 'wrong',
  text,
  mend,
});
