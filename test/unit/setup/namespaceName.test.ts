import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { namespacePattern } from '../../../src/protocol/names.ts';
import { namespaceName, normalisedOrigin } from '../../../src/setup/namespaceName.ts';

const digits = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 4);
const named = (origin: string | null, folder = 'folder', fallback = 'c0ffee'): string =>
  namespaceName({ origin, folder, fallback });

describe('A repository’s own namespace', () => {
  it('is the same for all ways to write one origin', () => {
    const same = [
      'https://github.com/acme/shop',
      'https://github.com/acme/shop.git',
      'https://github.com/acme/shop.git/',
      'https://GitHub.com:443/acme/shop',
      'https://ann:token@github.com/acme/shop.git',
      'git@github.com:acme/shop.git',
      'github.com:acme/shop',
      'ssh://git@github.com/acme/shop',
      'ssh://git@github.com:22/acme/shop.git',
      'git+ssh://git@github.com:22/acme/shop.git',
      'git://github.com:9418/acme/shop',
      ' https://github.com/acme/shop\n',
    ];
    for (const origin of same) assert.equal(normalisedOrigin(origin), 'github.com/acme/shop', origin);
    assert.equal(named(same[0]!), `shop-${digits('github.com/acme/shop')}:`);
  });

  it('is another one for another path, host or port', () => {
    const others = [
      'https://github.com/acme/Shop',
      'https://github.com/other/shop',
      'https://gitlab.com/acme/shop',
      'ssh://git@github.com:2222/acme/shop',
      'https://github.com:22/acme/shop',
      '/srv/acme/shop.git',
      'file:///srv/git/shop.git',
      'C:\\git\\shop',
      '[::1]:acme/shop',
    ];
    assert.equal(new Set(others.map(normalisedOrigin)).size, others.length);
    assert.equal(normalisedOrigin('file:///srv/shop.git'), normalisedOrigin('/srv/shop/'));
    assert.equal(normalisedOrigin('C:\\git\\shop'), 'C:/git/shop');
  });

  it('is made of folder and first commit without an origin', () => {
    assert.equal(named(null, 'My Shop', 'abc'), `my-shop-${digits('abc')}:`);
  });

  it('can always be one', () => {
    for (const name of ['', '---', 'Größe & Maß', '日本', '../..', 'x'.repeat(500), 'a b:c', '{x}']) {
      for (const space of [named(null, name), named(`https://host/${name}`), named(name)]) {
        assert.match(space, namespacePattern);
        assert.match(space, /^[a-z0-9]+(-[a-z0-9]+)*-[0-9a-f]{4}:$/);
      }
    }
  });
});
