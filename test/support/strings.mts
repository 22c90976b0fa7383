// npm run strings  writes l10n/bundle.l10n.json, the texts that translators begin with.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './paths.mts';
import { bundleOf, extractStrings, sources } from './strings.ts';

const texts = extractStrings(sources(path.join(root, 'src'), path.join(root, 'webview')));
writeFileSync(path.join(root, 'l10n', 'bundle.l10n.json'), bundleOf(texts));
