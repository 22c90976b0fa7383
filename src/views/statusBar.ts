import * as vscode from 'vscode';
import { Disposables } from '../host/disposables.ts';
import type { Picture } from '../model/picture.ts';
import { isConflict } from './attentionWords.ts';
import type { Fleet } from './fleetRows.ts';
import { Pacer } from './pacer.ts';
import { statusBarText, statusBarTooltip } from './statusBarText.ts';
import { untrusted } from './treeItem.ts';

/** The one item in the status bar. Hidden while nothing is configured: who does not use us should not meet us. */
export class StatusBar implements vscode.Disposable {
  readonly #owned = new Disposables();
  readonly #fleet: Fleet;
  readonly #item: vscode.StatusBarItem;
  #drawn = '';

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
    this.#item = this.#owned.add(vscode.window.createStatusBarItem('signalbox', vscode.StatusBarAlignment.Left, 10));
    this.#item.name = 'Signalbox';
    this.#item.command = 'signalbox.agents.focus';
    const pacer = this.#owned.add(new Pacer(fleet.clock, 500, () => this.#draw()));
    this.#owned.add(fleet.picture.onDidChange(() => pacer.request()));
    this.#draw();
  }

  #draw(): void {
    const { picture, l10n } = this.#fleet;
    if (picture.connection.state === 'unconfigured') {
      this.#drawn = '';
      this.#item.hide();
      return;
    }
    const text = statusBarText(picture, l10n, vscode.env.language);
    const tooltip = statusBarTooltip(picture, l10n);
    const warn = hasConflict(picture);
    // Every assignment travels to the window, so what stays the same is not assigned.
    const drawn = `${text}\n${tooltip}\n${warn}`;
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#item.text = text;
    this.#item.tooltip = untrusted(tooltip);
    this.#item.accessibilityInformation = { label: `Signalbox: ${text.replace(/^\$\(.*?\) /, '')}` };
    this.#item.backgroundColor = warn ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.#item.show();
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

const hasConflict = ({ connection, attention }: Picture): boolean =>
  connection.state === 'live' && attention.some(isConflict);
