/** The version of the Claude Code hook that belongs to this Signalbox; a hook names its own behind its kind, as `sh 1.1.0`. */
export const hookVersion = '1.2.0';

/** Whether a hook, by what it calls itself, is older than a version, ours by itself. Of one that names none nobody knows. */
export function isOldHook(by: string, version = hookVersion): boolean {
  const [its, ours] = [numbersOf(by), numbersOf(version)];
  if (!its || !ours) return false;
  const differing = ours.findIndex((part, i) => part !== its[i]);
  return differing >= 0 && its[differing]! < ours[differing]!;
}

const numbersOf = (text: string): number[] | undefined =>
  /(?:^| )(\d{1,6})\.(\d{1,6})\.(\d{1,6})$/.exec(text)?.slice(1).map(Number);
