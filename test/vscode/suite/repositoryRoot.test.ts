import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { repositoryRootAbove } from '../../../src/host/repositoryRoot.ts';

describe('the root of a repository', () => {
  let base: string;
  beforeEach(() => {
    base = realpathSync(mkdtempSync(path.join(tmpdir(), 'signalbox-root-')));
    mkdirSync(path.join(base, 'shop/packages/api'), { recursive: true });
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  const above = async (folder: string): Promise<string | undefined> =>
    (await repositoryRootAbove(vscode.Uri.file(path.join(base, folder))))?.fsPath;

  it('is found above a folder that is a part of it, and is the folder itself', async () => {
    mkdirSync(path.join(base, 'shop/.git'));
    assert.equal(await above('shop/packages/api'), path.join(base, 'shop'));
    assert.equal(await above('shop'), path.join(base, 'shop'));
  });

  it('is a worktree’s own, whose .git is a file', async () => {
    mkdirSync(path.join(base, 'shop/.git'));
    writeFileSync(path.join(base, 'shop/packages/.git'), 'gitdir: elsewhere\n');
    assert.equal(await above('shop/packages/api'), path.join(base, 'shop/packages'));
  });

  it('is nowhere for a folder in no repository', async () => {
    // Some folder above the temporary one may be a repository of its own; ours is not in it then.
    assert.notEqual(await above('shop/packages/api'), path.join(base, 'shop'));
  });
});
