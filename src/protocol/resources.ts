import { exceedsBytes } from './json.ts';
import { limits, named } from './names.ts';

/** Whether the function library takes it for a resource: see PROTOCOL.md for what it has to look like. */
export function isResource(text: string): boolean {
  if (text === '' || exceedsBytes(text, limits.resource) || /\p{Cc}/u.test(text)) return false;
  if (named.test(text) || text === './') return true;
  const path = text.startsWith('./') ? text.slice(2) : text;
  if (path !== text && (!named.test(path) || path.includes('/'))) return false;
  if (path.startsWith('/') || path.includes('//')) return false;
  const parts = path.split('/');
  if (parts.length > limits.levels + 1) return false;
  return !parts.some((part) => part === '.' || part === '..');
}
