import * as vscode from 'vscode';
import { displayText } from '../protocol/displayText.ts';
import { hookVersion } from '../protocol/hookVersion.ts';
import type { DoctorReport, Finding } from '../setup/doctor/index.ts';

/** The command that mends a finding, where there is one. */
const mending: Partial<Record<Finding['id'], string>> = {
  namespace: 'setUpClaudeCode',
  entries: 'setUpClaudeCode',
  worktrees: 'setUpClaudeCode',
  programs: 'setUpClaudeCode',
  connections: 'setUpClaudeCode',
  hook: 'setUpClaudeCode',
  redis: 'connect',
  library: 'connect',
};

interface FindingItem extends vscode.QuickPickItem {
  finding: Finding;
}

/**
 * Looks whether Claude Code's sessions in the window's repository are guarded, answers what was found, and lists it: choosing
 * a finding does what mends it, or copies that where only a person can. A caller with `{ folder }` is only answered.
 */
export async function runDoctor(argument?: unknown): Promise<DoctorReport | null> {
  const asked = folderOf(argument);
  const folder = asked ?? openFolder();
  if (folder === null) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Open the folder of a repository first.'));
    return null;
  }
  const request = { folder, env: process.env, version: hookVersion };
  const { examine } = await import('../setup/index.ts');
  if (asked !== null) return examine(request, vscode.l10n);
  const location = vscode.ProgressLocation.Window;
  const title = vscode.l10n.t('Looking whether Claude Code is guarded');
  const report = await vscode.window.withProgress({ location, title }, () => examine(request, vscode.l10n));
  // The list stays open for as long as somebody reads it, which the caller does not wait for.
  void show(report);
  return report;
}

async function show({ guard, findings }: DoctorReport): Promise<void> {
  const items = findings.map((finding): FindingItem => {
    const { level, text, mend } = finding;
    const detail = mend === null ? {} : { detail: displayText(mend, 600) };
    return { label: `$(${icons[level]}) ${displayText(text, 300).replaceAll('$(', '$ (')}`, ...detail, finding };
  });
  const title = verdict(guard);
  const chosen = await vscode.window.showQuickPick(items, { title, matchOnDetail: true });
  if (chosen === undefined || chosen.finding.mend === null) return;
  const command = mending[chosen.finding.id];
  const known = await vscode.commands.getCommands(true);
  if (command !== undefined && known.includes(`signalbox.${command}`)) {
    await vscode.commands.executeCommand(`signalbox.${command}`);
    return;
  }
  await vscode.env.clipboard.writeText(chosen.finding.mend);
  vscode.window.setStatusBarMessage(`$(check) ${vscode.l10n.t('Copied what to do.')}`, 4000);
}

const icons: Record<Finding['level'], string> = { ok: 'pass', warning: 'warning', wrong: 'error' };

function verdict(guard: DoctorReport['guard']): string {
  switch (guard) {
    case 'on':
      return vscode.l10n.t('Claude Code is guarded here');
    case 'partial':
      return vscode.l10n.t('Claude Code is guarded here in part');
    case 'none':
      return vscode.l10n.t('Claude Code is not guarded here');
  }
}

function folderOf(argument: unknown): string | null {
  if (typeof argument !== 'object' || argument === null) return null;
  const { folder } = argument as { folder?: unknown };
  return typeof folder === 'string' ? folder : null;
}

/** The folder of the file that is being edited, else the window's first; what is not trusted is not looked at. */
function openFolder(): string | null {
  if (!vscode.workspace.isTrusted) return null;
  const edited = vscode.window.activeTextEditor?.document.uri;
  const around = edited && vscode.workspace.getWorkspaceFolder(edited);
  const folders = [around, ...(vscode.workspace.workspaceFolders ?? [])];
  return folders.find((folder) => folder?.uri.scheme === 'file')?.uri.fsPath ?? null;
}
