/** The badge of a file that is fought over. */
export const contestedBadge = '!!';

/**
 * At most two letters or digits for a holder: `agent-3` is `A3`, `agent-12` is `12`, `auth-worker` is `AW`, `reviewer`
 * is `RE`. Agents that share a badge are told apart by the tooltip.
 */
export function badgeOf(holder: string): string {
  const words = holder.match(/[\p{L}\p{N}]+/gu) ?? [];
  const first = words[0];
  if (first === undefined) return '?';
  const number = /(\d+)$/.exec(words.at(-1) ?? '')?.[1];
  const letter = Array.from(first)[0] ?? '';
  // Ids that are hexadecimal are known by how they begin.
  const second = /^\d/.test(first) ? undefined : words[1];
  if (number !== undefined && !/^\d/.test(first)) return fit(number.length === 1 ? letter + number : number.slice(-2));
  return fit(second === undefined ? Array.from(first).slice(0, 2).join('') : letter + (Array.from(second)[0] ?? ''));
}

/** VS Code refuses a badge of more than two units, which one letter outside of the basic plane already has. */
function fit(badge: string): string {
  const upper = badge.toLocaleUpperCase('en');
  return upper.length <= 2 ? upper : (Array.from(upper).find((point) => point.length === 1) ?? '?');
}
