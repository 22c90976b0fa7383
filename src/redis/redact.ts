/** The address without user name and password, fit for a log, a tooltip or a key. A text that is no URL loses all before an `@`. */
export function redactUrl(url: string): string {
  if (url.startsWith('/')) return url;
  try {
    const parsed = new URL(url);
    if (!/^(redis|rediss|unix):$/.test(parsed.protocol)) throw new TypeError('no address of ours');
    // With a `#`, `/` or `?` in it that should have been percent-encoded, a password reads as what follows the host.
    if (/@/.test(parsed.pathname + parsed.search + parsed.hash)) throw new TypeError('a password out of place');
    parsed.username = '';
    parsed.password = '';
    // A password may also stand in the query, as `?password=…`; nothing there is needed to recognise a server.
    parsed.search = '';
    parsed.hash = '';
    return parsed.toString().replace(/\/$/, '');
  } catch {
    return url.slice(url.lastIndexOf('@') + 1);
  }
}

/** Cuts credentials out of free text, such as a client library's error. */
export function redactText(text: string): string {
  return text.replace(/(\b[a-z]+:\/\/)[^\s@/]*@/gi, '$1').replace(/\b(AUTH|HELLO \d+ AUTH)\s+\S+(\s+\S+)?/gi, '$1 …');
}

/** An address apart from the password in it; null where there is none. The user's name stays. */
export function splitPassword(address: string): { url: string; password: string } | null {
  let parsed: URL;
  try {
    parsed = new URL(address.trim());
  } catch {
    return null;
  }
  if (!/^(redis|rediss|unix):$/.test(parsed.protocol)) return null;
  const password = decoded(parsed.password) || (parsed.searchParams.get('password') ?? '');
  if (password === '') return null;
  parsed.password = '';
  parsed.searchParams.delete('password');
  return { url: parsed.toString().replace(/\/$/, ''), password };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
