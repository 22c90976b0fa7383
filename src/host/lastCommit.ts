import { execFile } from 'node:child_process';
import path from 'node:path';
import * as vscode from 'vscode';

/** Longest that is waited for git, in ms, and the largest file that is shown. */
const limits = { timeout: 5_000, maxBuffer: 20 * 1024 * 1024 } as const;

/** What a file holds in the last commit of the working tree it lies in; null where that has none, or git does not say. */
export function committed(file: string): Promise<string | null> {
  // It only reads: neither the index, nor anything that a repository's own configuration would have run or fetched.
  const args = ['-c', 'core.fsmonitor=false', 'cat-file', 'blob', `HEAD:./${path.basename(file)}`];
  const env = { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0' };
  const options = { cwd: path.dirname(file), env, windowsHide: true, ...limits };
  return new Promise((resolve) => {
    execFile('git', args, options, (error, stdout) => resolve(error ? null : stdout));
  });
}

const scheme = 'signalbox-head';

/** Makes files as they were committed last documents of the editor, which nobody can change. */
export function showCommitted(): vscode.Disposable {
  const provideTextDocumentContent = async (uri: vscode.Uri): Promise<string> => (await committed(uri.fsPath)) ?? '';
  return vscode.workspace.registerTextDocumentContentProvider(scheme, { provideTextDocumentContent });
}

/** The address of such a document. What was committed may be another thing by the next time, so each is asked for anew. */
export const committedUri = (file: vscode.Uri): vscode.Uri => file.with({ scheme, query: String(++asked) });

let asked = 0;
