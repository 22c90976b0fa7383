import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

describe('The toolkit of controls', () => {
  it('is known to one module of the page only, so that other controls are a change of one file', () => {
    const users = readdirSync('webview', { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.ts') && /@vscode\/|@microsoft\//.test(readFileSync(path.join('webview', name), 'utf8')),
    );
    assert.deepEqual(users, ['controls.ts']);
  });
});
