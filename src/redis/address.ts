import { badSettings } from './userError.ts';

/** An address as a person typed it, with the credentials taken out so that what remains can stand in settings. */
export interface Address {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/**
 * Reads `redis://…`, `rediss://…`, `unix://…`, the path of a socket, or just `host:port`.
 * @throws UserError `bad-settings` for anything else
 */
export function readAddress(text: string): Address {
  const typed = text.trim();
  if (typed === '') throw badSettings('an address such as redis://127.0.0.1:6379 is needed');
  if (typed.startsWith('/')) return { url: typed, username: '', password: '' };
  const url = parse(/^[a-z][a-z+]*:\/\//i.test(typed) ? typed : `redis://${typed}`);
  if (!['redis:', 'rediss:', 'unix:'].includes(url.protocol)) {
    throw badSettings('{0}// is not supported; use redis://, rediss:// or unix://', url.protocol);
  }
  if (url.protocol === 'unix:' ? url.pathname === '' : url.hostname === '')
    throw badSettings('the address names no server');
  if (url.protocol !== 'unix:' && !/^(\/\d{0,5})?$/.test(url.pathname)) {
    throw badSettings('after the port only the number of a database may follow, as in redis://127.0.0.1:6379/1');
  }
  const username = decode(url.username);
  const password = decode(url.password) || (url.searchParams.get('password') ?? '');
  url.username = '';
  url.password = '';
  url.searchParams.delete('password');
  return { url: url.toString().replace(/\/$/, ''), username, password };
}

/** An address to give away: with the user's name, as others log in alike, but never with a password. */
export function addressForOthers(text: string, username: string | undefined): string {
  if (text.startsWith('/')) return text;
  const url = parse(text);
  if (username) url.username = username;
  url.password = '';
  url.searchParams.delete('password');
  return url.toString().replace(/\/$/, '');
}

function parse(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw badSettings('this is not an address such as redis://127.0.0.1:6379');
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
