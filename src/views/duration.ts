/** How long ago, in words as short as a row needs: `41s`, `5m`, `2h 5m`, `3d`. Rounds down; negative counts as 0. */
export function ageText(ms: number): string {
  return words(Math.floor(Math.max(0, ms) / 1000));
}

/** How long still, in the same words. Rounds up, so that `0s` means that it is over. */
export function leftText(ms: number): string {
  return words(Math.ceil(Math.max(0, ms) / 1000));
}

/**
 * The same two for rows of a tree: below a minute in steps of ten seconds. A row that reads otherwise is drawn anew, and
 * that takes away the hover of whoever is just reading it.
 */
export function roughAgeText(ms: number): string {
  if (ms < 10_000) return '<10s';
  return ageText(ms < 60_000 ? Math.floor(ms / 10_000) * 10_000 : ms);
}

export function roughLeftText(ms: number): string {
  return leftText(ms < 60_000 ? Math.ceil(ms / 10_000) * 10_000 : ms);
}

function words(seconds: number): string {
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours}h` : `${hours}h ${minutes % 60}m`;
  return `${Math.floor(hours / 24)}d`;
}
