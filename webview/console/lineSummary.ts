import { oneLine } from './lineText.ts';

/** Longer ones are not taken apart: what is in sight is drawn with each scrolling. */
const longestRead = 1_000;

/** The part of a line that says most, to stand before all of it: what it is about, or what a state says. Mostly empty. */
export function summaryOf(text: string, resource: string | null): string {
  if (resource !== null) return oneLine(resource, 160);
  if (text.length > longestRead || !text.startsWith('{') || !text.includes('"ver"')) return '';
  let told: unknown;
  try {
    told = JSON.parse(text);
  } catch {
    return '';
  }
  const { state } = partsOf(told);
  const { status, task, ver } = partsOf(state ?? told);
  const parts = [status, task].filter((part) => typeof part === 'string' && part !== '').map(String);
  return parts.length === 0 ? '' : oneLine([...parts, `v${String(ver)}`].join(' · '), 160);
}

type Parts = Record<string, unknown>;
const partsOf = (value: unknown): Parts => (typeof value === 'object' && value !== null ? (value as Parts) : {});
