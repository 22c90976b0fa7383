import { createHash } from 'node:crypto';

/** What a repository's namespace is made of. */
export interface Naming {
  /** The address of its origin as git has it; null without one. */
  origin: string | null;
  /** The name of its main working tree's folder, used without an origin. */
  folder: string;
  /** What its digits are made of without an origin: its first commit. */
  fallback: string;
}

/** Long enough to be known by, short enough for every key. */
const longestSlug = 32;

const usualPorts: Readonly<Record<string, string>> = { ssh: '22', http: '80', https: '443', git: '9418' };

/**
 * The namespace that set-up gives a repository, such as `shop-3f2a:`. Clones of one origin have the same on every machine,
 * however each of them names the origin.
 */
export function namespaceName({ origin, folder, fallback }: Naming): string {
  const address = origin === null ? null : normalisedOrigin(origin);
  const name = address === null ? folder : (address.split('/').at(-1) ?? '');
  const digits = createHash('sha256')
    .update(address ?? fallback)
    .digest('hex')
    .slice(0, 4);
  return `${slug(name)}-${digits}:`;
}

/** `host/a/b` for all ways to write the address of one repository; the path of one on this machine. */
export function normalisedOrigin(origin: string): string {
  const text = origin.trim();
  const url = /^([a-z][a-z0-9+.-]*):\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^/:]*)(?::(\d*))?(\/.*)?$/i.exec(text);
  if (url) {
    const [, scheme = '', host = '', port = '', path = ''] = url;
    const isUsual = port === '' || port === usualPorts[scheme.toLowerCase().replace(/^git\+/, '')];
    if (host === '') return withoutEnd(path);
    return withoutEnd(`${host.toLowerCase()}${isUsual ? '' : `:${port}`}${rooted(path)}`);
  }
  // `git@host:a/b`; one letter before the colon is a drive.
  const scp = /^(?:[^/@]*@)?(\[[^\]]*\]|[^/:\\]{2,}):(.*)$/.exec(text);
  return withoutEnd(scp ? `${(scp[1] ?? '').toLowerCase()}${rooted(scp[2] ?? '')}` : text.replaceAll('\\', '/'));
}

const rooted = (path: string): string => `/${path.replace(/^\/+/, '')}`;

const withoutEnd = (path: string): string =>
  path
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .replace(/\/+$/, '');

function slug(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, longestSlug)
    .replace(/-+$/, '');
  return plain === '' ? 'repository' : plain;
}
