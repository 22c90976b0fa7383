import * as vscode from 'vscode';
import type { Row, RowIcon } from './row.ts';

const states = {
  none: vscode.TreeItemCollapsibleState.None,
  collapsed: vscode.TreeItemCollapsibleState.Collapsed,
  expanded: vscode.TreeItemCollapsibleState.Expanded,
} as const;

export function treeItem(id: string, row: Row): vscode.TreeItem {
  const item = new vscode.TreeItem(row.label, states[row.children]);
  // A row that VS Code knows stays as folded up as it was: one that is to be open from now on has to be another one.
  item.id = row.children === 'expanded' ? `${id} open` : id;
  item.description = row.description;
  item.iconPath = icon(row.icon);
  item.contextValue = row.contextValue;
  item.accessibilityInformation = { label: row.spoken };
  if (row.resource !== null) item.resourceUri = vscode.Uri.parse(row.resource, true);
  if (row.click !== null) item.command = command(row.click);
  return item;
}

function command(click: NonNullable<Row['click']>): vscode.Command {
  if ('command' in click) {
    const { command: name, argument } = click;
    return { command: name, title: '', ...(argument === undefined ? {} : { arguments: [argument] }) };
  }
  return { command: 'vscode.open', title: '', arguments: [vscode.Uri.parse(click.open, true)] };
}

function icon(of: RowIcon): vscode.ThemeIcon {
  if (of === 'file') return vscode.ThemeIcon.File;
  return new vscode.ThemeIcon(of.codicon, of.color === null ? undefined : new vscode.ThemeColor(of.color));
}

/** Never trusted and without HTML: what others wrote stands in it. */
export function untrusted(markdown: string): vscode.MarkdownString {
  const made = new vscode.MarkdownString(markdown);
  made.isTrusted = false;
  made.supportHtml = false;
  return made;
}
