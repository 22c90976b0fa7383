/** What a server says of its own health, as far as it may be asked; null is what is not known. */
export interface HealthSeen {
  memory: { used: number; max: number; policy: string; fragmentation: number } | null;
  /** Nothing of what it holds would be there after a restart. */
  isVolatile: boolean | null;
  /** Connections with a name that have done nothing for long. */
  idle: { count: number; names: readonly string[]; ids: readonly string[] } | null;
  /** Keys that look as if they were meant to end, and have no expiry, by namespace. */
  temporary: readonly { ns: string; count: number; examples: readonly string[] }[] | null;
}
