/**
 * Whether a hook of Claude Code, by what it calls itself (`sh 0.1.0`), is older than a version. Of one that names none
 * nobody knows.
 */
export function isOldHook(by: string, version: string): boolean {
  const [its, ours] = [numbersOf(by), numbersOf(version)];
  if (!its || !ours) return false;
  const differing = ours.findIndex((part, i) => part !== its[i]);
  return differing >= 0 && its[differing]! < ours[differing]!;
}

const numbersOf = (text: string): number[] | undefined =>
  /(?:^| )(\d{1,6})\.(\d{1,6})\.(\d{1,6})$/.exec(text)?.slice(1).map(Number);
