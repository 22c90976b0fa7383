import type { HealthSeen } from '../../protocol/healthSeen.ts';

/** How long a connection may do nothing before it is old, and a server has to be up before it is meant to last, in seconds. */
export const healthLimits = { idle: 3_600, lasting: 86_400 } as const;

/** Connections that are named one by one. */
const mostNamed = 5;

/** A field of what INFO answers. */
export function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim();
}

const numberOf = (info: string, name: string): number => {
  const value = Number(field(info, name) ?? NaN);
  return Number.isFinite(value) ? value : 0;
};

export function memoryOf(info: string): HealthSeen['memory'] {
  if (field(info, 'used_memory') === undefined) return null;
  return {
    used: numberOf(info, 'used_memory'),
    max: numberOf(info, 'maxmemory'),
    policy: field(info, 'maxmemory_policy') ?? '',
    fragmentation: numberOf(info, 'mem_fragmentation_ratio'),
  };
}

/** `save` is the setting of that name; undefined where it may not be asked. A server that was just started may be thrown away. */
export function volatileOf(info: string, save: string | undefined, lasting: number): HealthSeen['isVolatile'] {
  const log = field(info, 'aof_enabled');
  if (log === undefined || save === undefined) return null;
  return log === '0' && save === '' && numberOf(info, 'uptime_in_seconds') >= lasting;
}

/**
 * Reads CLIENT LIST: who has a name and did nothing for so many seconds. Who waits for something (a subscriber, a blocked
 * client) does what it is there for, and our own connections have the name `own`.
 */
export function idleOf(list: string, own: string, idle: number): NonNullable<HealthSeen['idle']> {
  const names = new Set<string>();
  const ids: string[] = [];
  let count = 0;
  for (const line of list.split('\n')) {
    const about = new Map(
      line.split(' ').map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]),
    );
    const name = about.get('name') ?? '';
    const waits = /[bPOM]/.test(about.get('flags') ?? '') || about.get('sub') !== '0' || about.get('psub') !== '0';
    if (name === '' || name === own || waits || !(Number(about.get('idle')) >= idle)) continue;
    count++;
    if (names.size < mostNamed) names.add(name.slice(0, 64));
    if (ids.length < mostNamed && /^\d{1,20}$/.test(about.get('id') ?? '')) ids.push(about.get('id')!);
  }
  return { count, names: [...names], ids };
}
