import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the extension in a real extension host', () => {
  it('is known and activates', async () => {
    const extension = vscode.extensions.getExtension('signalbox.signalbox');
    assert.ok(extension, 'signalbox.signalbox is known');
    await extension.activate();
    assert.equal(extension.isActive, true);
  });
});
