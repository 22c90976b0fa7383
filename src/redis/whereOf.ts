import type { Redis } from './client.ts';

/** The address that a client was made for, as people write it, without credentials. */
export function whereOf({ options }: Redis): string {
  const { path, host = 'localhost', port = 6379, tls } = options;
  if (path) return path;
  return `${tls ? 'rediss' : 'redis'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
