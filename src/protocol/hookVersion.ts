/** The version of the Claude Code hook that belongs to this Signalbox; a hook names its own behind its kind, as `sh 1.1.0`. */
export const hookVersion = '1.1.0';

/** Whether a hook, by what it calls itself, is older than ours. Of one that names no version nobody knows. */
export function isOldHook(by: string): boolean {
  const version = /(?:^| )(\d{1,6})\.(\d{1,6})\.(\d{1,6})$/.exec(by)?.slice(1).map(Number);
  if (!version) return false;
  const ours = hookVersion.split('.').map(Number);
  const differing = ours.findIndex((part, i) => part !== version[i]);
  return differing >= 0 && version[differing]! < ours[differing]!;
}
