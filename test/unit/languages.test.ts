import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { bundleOf, extractStrings, sources } from '../support/strings.ts';

type Texts = Record<string, string>;

const json = (file: string): Texts => JSON.parse(readFileSync(file, 'utf8')) as Texts;
const places = (text: string): string[] => (text.match(/\{\d+\}/g) ?? []).toSorted();
const links = (text: string): string[] => (text.match(/\(command:[^)]*\)/g) ?? []).toSorted();
const code = (text: string): string[] => (text.match(/`[^`]*`/g) ?? []).toSorted();

/** Names of things, which are the same in every language. */
const names = new Set(['Signalbox', 'redis://127.0.0.1:6379', 'signalbox']);

/** All texts in package.json that VS Code shows to people, by where they stand. */
function* shown(value: unknown, path: string): Generator<[path: string, text: string]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, each] of Object.entries(value)) {
    const at = `${path}.${key}`;
    const isText = /^(title|description|markdownDescription|name|contents|label)$/.test(key);
    if (isText && typeof each === 'string') yield [at, each];
    else yield* shown(each, at);
  }
}

describe('what people read', () => {
  const manifest = json('package.json') as unknown as {
    description: string;
    contributes: object;
    capabilities: object;
  };
  const english = json('package.nls.json');
  const german = json('package.nls.de.json');
  const strings = extractStrings(sources('src', 'webview'));

  it('stands in package.json by key only', () => {
    const texts = [
      ...shown(manifest.contributes, 'contributes'),
      ...shown(manifest.capabilities, 'capabilities'),
      ['description', manifest.description],
    ] as [string, string][];
    const bare = texts.filter(([, text]) => !/^%[\w.]+%$/.test(text) && !names.has(text));
    assert.deepEqual(bare, []);
  });

  it('has an entry for each key, and a key for each entry', () => {
    const used = new Set<string>();
    for (const [, key = ''] of JSON.stringify(manifest).matchAll(/"%([\w.]+)%"/g)) used.add(key);
    assert.deepEqual([...used].toSorted(), Object.keys(english).toSorted());
  });

  it('goes through a translator as a literal, but for what a reason carries along', () => {
    assert.deepEqual(
      strings.hidden.map((place) => place.replace(/:\d+$/, '')),
      ['src/protocol/reasons.ts'],
    );
  });

  it('is not given to VS Code in any other way', () => {
    const label =
      /\b(?:title|prompt|placeHolder|placeholder|label|detail|spoken|message|tooltip)\s*[:=]\s*(['"`])(.*?)\1/g;
    const call = /\b(?:show\w+Message|setStatusBarMessage|createTerminal|showInputBox)\(\s*(['"`])(.*?)\1/g;
    const bare: string[] = [];
    for (const file of ['src/commands', 'src/views', 'src/host'].flatMap((folder) => sources(folder))) {
      const source = readFileSync(file, 'utf8');
      for (const [, , text = ''] of [...source.matchAll(label), ...source.matchAll(call)]) {
        const own = text.replace(/\$\{[^}]*\}|\$\([^)]*\)/g, '');
        if (/\p{L}{2}/u.test(own) && !names.has(own.replace(/[: ]+$/, ''))) bare.push(`${file}: ${text}`);
      }
    }
    assert.deepEqual(bare, []);
  });

  it('is complete in what translators begin with (npm run strings)', () => {
    assert.equal(readFileSync('l10n/bundle.l10n.json', 'utf8'), bundleOf(strings));
  });

  it('is complete in German, with the same places to fill, links and examples', () => {
    const bundle = json('l10n/bundle.l10n.de.json');
    assert.deepEqual(Object.keys(bundle).toSorted(), [...strings.texts].toSorted());
    for (const [text, translated] of Object.entries(bundle)) assert.deepEqual(places(translated), places(text), text);
    assert.deepEqual(Object.keys(german), Object.keys(english));
    for (const [key, text] of Object.entries(english)) {
      assert.deepEqual(links(german[key] ?? ''), links(text), key);
      assert.equal(code(german[key] ?? '').length, code(text).length, key);
    }
  });
});
