import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { SignalboxApi } from '../../../src/protocol/status.ts';

interface Facts {
  url: string;
  namespace: string;
  folder: string;
}

describe('the demo fleet', () => {
  it('runs for this window alone and ends without a trace', async () => {
    const extension = vscode.extensions.getExtension<SignalboxApi>('signalbox.signalbox');
    assert.ok(extension);
    const api = await extension.activate();
    const facts = await vscode.commands.executeCommand<Facts>('signalbox.startDemoFleet', { agents: 3 });
    const changed = (wanted: () => boolean): Promise<void> =>
      new Promise((resolve) => {
        const listening = api.onDidChange(() => {
          if (!wanted()) return;
          listening.dispose();
          resolve();
        });
      });
    await changed(() => api.status().agents.length >= 3);
    const { connection, agents } = api.status();
    assert.equal(connection.url, facts.url);
    assert.ok(agents.every(({ ns }) => ns === facts.namespace));
    assert.equal(vscode.workspace.getConfiguration('signalbox').get('redis.url'), '');
    const gone = changed(() => api.status().connection.state === 'unconfigured');
    await vscode.commands.executeCommand('signalbox.stopDemoFleet');
    await gone;
    await assert.rejects(async () => vscode.workspace.fs.stat(vscode.Uri.file(facts.folder)));
  });
});
