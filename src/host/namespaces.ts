import * as vscode from 'vscode';
import type { Log } from '../protocol/log.ts';
import { namespacePattern } from '../protocol/names.ts';
import { readGitConfig } from './gitConfig.ts';

/**
 * The namespaces that a setting names: `auto`, or names separated by commas, of which an empty one is the plain agents'
 * own; those that are no names are left out. `auto` is what the repositories of this window recorded for themselves, and the plain agents' own.
 */
export async function namespacesOf(setting: string, log: Log): Promise<string[]> {
  if (setting.trim() !== 'auto') return readNamespaces(setting).filter((name) => namespacePattern.test(name));
  const own = (await recordedNamespaces(log)).map(({ ns }) => ns);
  return [...new Set([...own, ''])];
}

/** The namespaces that the repositories of this window recorded for themselves, each with a folder of its. */
export async function recordedNamespaces(log: Log): Promise<{ ns: string; folder: string }[]> {
  const recorded = await Promise.all(
    repositoryFolders().map(async (folder) => ({ ns: await readGitConfig(folder, 'signalbox.namespace'), folder })),
  );
  return recorded.filter(({ ns }) => {
    if (namespacePattern.test(ns)) return ns !== '';
    log.warn(`git config signalbox.namespace is no namespace: ${JSON.stringify(ns)}`);
    return false;
  });
}

/** The folders of this window on this machine's disk; none where nobody has said that they can be trusted. */
export function repositoryFolders(): string[] {
  const folders = vscode.workspace.isTrusted ? (vscode.workspace.workspaceFolders ?? []) : [];
  return folders.filter((folder) => folder.uri.scheme === 'file').map((folder) => folder.uri.fsPath);
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
