import { exceedsBytes } from './json.ts';
import { limits } from './names.ts';

/** The role of who sits at a keyboard. */
export const personRole = 'person';

/**
 * As which agent a person acts: `user@host`, a name that the function library takes whatever the two are. A slash would
 * make a child of it, and half of the bytes for each part leave room for the other.
 */
export const personName = (user: string, host: string): string =>
  `${cleaned(user) || 'somebody'}@${cleaned(host) || 'localhost'}`;

function cleaned(text: string): string {
  const most = limits.agentName / 2 - 1;
  const points = [...text.slice(0, limits.agentName).replace(/[\p{C}\p{Z}/]+/gu, '-')];
  while (exceedsBytes(points.join(''), most)) points.pop();
  return points.join('');
}
