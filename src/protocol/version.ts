/** What a state is stamped with: the epoch of the agent's run, and within it a count that only grows. */
export interface Version {
  readonly epoch: number;
  /** Null where the agent never sent one. */
  readonly ver: number | null;
}

/** How an incoming version stands to the known one. */
export type Order = 'new-epoch' | 'newer' | 'equal' | 'older';

/**
 * The version rule. An update is applied only when it is newer, whatever the order of arrival; a version that is
 * missing counts as 0. For an agent that never sent a version there is no order but that of arrival, so each of its
 * updates is newer.
 */
export function compareVersion(known: Version, incoming: Version): Order {
  if (incoming.epoch !== known.epoch) return incoming.epoch > known.epoch ? 'new-epoch' : 'older';
  if (known.ver === null) return 'newer';
  const ver = incoming.ver ?? 0;
  if (ver === known.ver) return 'equal';
  return ver > known.ver ? 'newer' : 'older';
}
