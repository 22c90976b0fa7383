import type { AttentionKind } from '../protocol/status.ts';

/** Parts are kept apart whatever they hold: `shop:` and `x` is not the empty namespace and `shop:x`. */
export const idOf = (kind: AttentionKind, ...parts: (string | number)[]): string => `${kind}:${JSON.stringify(parts)}`;
