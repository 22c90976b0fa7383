/**
 * The redis-cli call for an address, without its password. A user's name goes into a flag, as redis-cli takes a name
 * alone for a password; `needsUser` says that there is one.
 */
export function redisCli(url: string, username: string): { command: string; needsUser: boolean } {
  const asNamed = username === '' ? '' : ` --user ${quoted(username)}`;
  if (url.startsWith('/')) return { command: `redis-cli -s ${quoted(url)}${asNamed}`, needsUser: username !== '' };
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return { command: 'redis-cli', needsUser: false };
  }
  const user = username || decoded(parsed.username);
  const asUser = user === '' ? '' : ` --user ${quoted(user)}`;
  const needsUser = user !== '';
  if (parsed.protocol === 'unix:') {
    const db = parsed.searchParams.get('db') ?? '';
    const database = /^\d+$/.test(db) ? ` -n ${db}` : '';
    return { command: `redis-cli -s ${quoted(decoded(parsed.pathname))}${database}${asUser}`, needsUser };
  }
  const path = /^\/\d+$/.test(parsed.pathname) ? parsed.pathname : '';
  return { command: `redis-cli -u ${quoted(`${parsed.protocol}//${parsed.host}${path}`)}${asUser}`, needsUser };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** As one word of a POSIX shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
