import { execFile } from 'node:child_process';
import * as vscode from 'vscode';
import type { Log } from '../protocol/log.ts';
import { namespacePattern } from '../protocol/names.ts';

/**
 * The namespaces that a setting names: `auto`, or names separated by commas, of which an empty one is the plain agents'
 * own; those that are no names are left out. `auto` is what the repositories of this window recorded for themselves, and the plain agents' own.
 */
export async function namespacesOf(setting: string, log: Log): Promise<string[]> {
  if (setting.trim() !== 'auto') return readNamespaces(setting).filter((name) => namespacePattern.test(name));
  const folders = vscode.workspace.isTrusted ? (vscode.workspace.workspaceFolders ?? []) : [];
  const recorded = await Promise.all(
    folders.filter((folder) => folder.uri.scheme === 'file').map((folder) => recordedIn(folder.uri.fsPath)),
  );
  const own = recorded.filter((namespace) => {
    if (namespacePattern.test(namespace)) return namespace !== '';
    log.warn(`git config signalbox.namespace is no namespace: ${JSON.stringify(namespace)}`);
    return false;
  });
  return [...new Set([...own, ''])];
}

/** The first name in a setting that no namespace can have; undefined where all are right. */
export function badNamespace(setting: string): string | undefined {
  if (setting.trim() === 'auto') return undefined;
  return readNamespaces(setting).find((name) => !namespacePattern.test(name));
}

/** What a person typed; a missing colon at the end is added. */
function readNamespaces(text: string): string[] {
  const names = text.split(',').map((part) => part.trim());
  return [...new Set(names.map((name) => (name === '' || name.endsWith(':') ? name : `${name}:`)))];
}

/** Empty where the folder is in no repository, nothing is recorded, or there is no git. */
function recordedIn(folder: string): Promise<string> {
  return new Promise((resolve) => {
    const options = { cwd: folder, timeout: 2000, windowsHide: true };
    execFile('git', ['config', '--get', 'signalbox.namespace'], options, (error, stdout) => {
      resolve(error ? '' : stdout.trim());
    });
  });
}
