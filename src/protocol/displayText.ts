/**
 * What others wrote, made safe to look at: one line of at most `max` code points, the last of them `…` where something
 * was cut. Whatever a reader would not see, or that would reorder or hide what stands around it (control characters,
 * line breaks, bidi controls, zero-width and unassigned characters, lone surrogates), is shown as a mark of its own.
 * The text stays plain: escaping it for Markdown or HTML is up to where it is shown.
 */
export function displayText(text: string, max: number): string {
  // A code point takes two units at most, so what stands further back would be cut anyway.
  const head = text.slice(0, 2 * max + 2);
  const points = Array.from(
    head.replace(unseen, (point) => mark(point)).replace(markPile, (_, few: string) => `${few}${unknown}`),
  );
  if (head.length === text.length && points.length <= max) return points.join('');
  // Leaving out the last one also leaves out half a pair where the slice went through one.
  return `${points.slice(0, Math.max(0, Math.min(points.length, max) - 1)).join('')}…`;
}

const unknown = '\u{fffd}';

/**
 * Format, control, private, unassigned and surrogate code points, line and paragraph separators, what Unicode calls
 * ignorable although it counts as a letter or mark (fillers, variation selectors), and the blank Braille pattern.
 */
const unseen = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{2800}]/gu;

/** Marks piled on one letter, which would draw over the lines above and below. */
const markPile = /(\p{M}{3})\p{M}+/gu;

function mark(point: string): string {
  const code = point.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? '\u{2421}' : unknown;
}
