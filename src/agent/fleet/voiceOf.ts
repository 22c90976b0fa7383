import type { Clock } from '../../protocol/clock.ts';
import type { Redis } from '../../redis/client.ts';
import type { Life } from './life.ts';
import { LibraryVoice } from './libraryVoice.ts';
import { PlainVoice } from './plainVoice.ts';
import type { Member } from './roster.ts';
import type { Voice } from './voice.ts';

/** How a member speaks over a connection. */
export function voiceOf(life: Life, redis: Redis, parts: { ns: string; who: Member; clock: Clock }): Voice {
  const { ns, who, clock } = parts;
  if (who.plain) return new PlainVoice(redis, ns, who, clock);
  return new LibraryVoice(redis, ns, who, { openBell: () => life.another(), clock }, life.signal);
}
