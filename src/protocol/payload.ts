import type { Translator } from './reasons.ts';

/** What is wrong with a payload for the state channel; null for nothing. Said while typing, never in the way. */
export function payloadProblem(payload: string, l10n: Translator): string | null {
  let value: unknown;
  try {
    value = JSON.parse(payload);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const fields = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  if (typeof fields['agent_id'] !== 'string' || fields['agent_id'] === '') return l10n.t('no "agent_id"');
  const state = fields['state'];
  return typeof state === 'object' && state !== null && !Array.isArray(state) ? null : l10n.t('no "state" object');
}
