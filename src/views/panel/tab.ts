import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { Emitter } from '../../protocol/emitter.ts';
import type { ToPage } from '../../protocol/panel/messages.ts';
import type { Translator } from '../../protocol/reasons.ts';
import type { Surface } from './conversation.ts';
import { panelHtml } from './html.ts';

export const panelType = 'signalbox.panel';

/** The editor tab that the panel's page is in. */
export class Tab implements Surface, vscode.Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #visibility = new Emitter<void>();
  readonly onDidChangeVisibility = this.#visibility.event;
  readonly onMessage: Surface['onMessage'];
  readonly onDidClose: vscode.Event<void>;

  /** Takes over a panel that VS Code restored, or makes one. */
  constructor(extensionUri: vscode.Uri, l10n: Translator, restored?: vscode.WebviewPanel) {
    const within = (...path: string[]): vscode.Uri => vscode.Uri.joinPath(extensionUri, ...path);
    const panel = restored ?? vscode.window.createWebviewPanel(panelType, 'Signalbox', vscode.ViewColumn.Active);
    this.#panel = panel;
    const { webview } = panel;
    this.onMessage = (listener) => webview.onDidReceiveMessage(listener);
    this.onDidClose = panel.onDidDispose;
    panel.onDidChangeViewState(() => this.#visibility.fire());
    webview.options = { enableScripts: true, localResourceRoots: [within('dist'), within('media')] };
    panel.iconPath = { light: within('media', 'panel-light.svg'), dark: within('media', 'panel-dark.svg') };
    webview.html = panelHtml({
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('hex'),
      script: webview.asWebviewUri(within('dist', 'panel.js')).toString(),
      style: webview.asWebviewUri(within('dist', 'panel.css')).toString(),
      language: vscode.env.language,
      title: 'Signalbox',
      fallback: l10n.t(
        'The panel has not started. If this stays, close this tab and open it again; the Signalbox log and the developer tools of this window say more.',
      ),
    });
  }

  get isVisible(): boolean {
    return this.#panel.visible;
  }

  post(message: ToPage): void {
    void this.#panel.webview.postMessage(message);
  }

  reveal(): void {
    this.#panel.reveal();
  }

  dispose(): void {
    this.#visibility.dispose();
    this.#panel.dispose();
  }
}
