import os from 'node:os';
import * as vscode from 'vscode';
import { TextDocuments } from '../../host/textDocuments.ts';
import { Recorder } from '../../model/record/recorder.ts';
import type { Picture } from '../../model/picture.ts';
import { every, type FineClock } from '../../protocol/clock.ts';
import type { Log } from '../../protocol/log.ts';
import type { Doing } from './doing.ts';
import { Panel, type PanelLink } from './panel.ts';
import { Tab } from './tab.ts';

/** What the panel is made of; all of it outlives the panel. */
export interface PanelParts {
  readonly picture: Picture;
  readonly link: PanelLink;
  readonly clock: FineClock;
  readonly extensionUri: vscode.Uri;
  readonly log: Log;
  /** A failure in words. */
  readonly failureText: (error: unknown) => string;
  readonly confirm: Doing['confirm'];
  /** Is told whether the panel is in sight, whenever that changes. */
  readonly seen: (on: boolean) => void;
}

/** What is kept while nobody has the panel open, and while somebody has: lines, and UTF-16 units of their text. */
const small = [5_000, 4_000_000] as const;
const large = [100_000, 32_000_000] as const;

/**
 * Records from its making on, so that the panel has something to show when it is opened, and owns the panel, of which a
 * window has one. It is a bundle of its own, loaded when a connection is first live or the panel is opened.
 */
export class Panels implements vscode.Disposable {
  readonly #parts: PanelParts;
  readonly #recorder: Recorder;
  readonly #documents: TextDocuments;
  readonly #recording: vscode.Disposable[];
  #tab: Tab | null = null;
  #panel: Panel | null = null;

  constructor(parts: PanelParts) {
    this.#parts = parts;
    const [lines, units] = small;
    this.#recorder = new Recorder(parts.picture, parts.clock, {
      l10n: vscode.l10n,
      hostname: os.hostname(),
      lines,
      units,
    });
    this.#documents = new TextDocuments('signalbox-message', vscode.l10n.t('This is not kept any more.'));
    this.#recording = [
      parts.link.onMessage((message) => this.#recorder.apply(message)),
      every(parts.clock, 1_000, () => this.#tick()),
      this.#recorder,
    ];
  }

  /** Opens the panel, or shows the one there is. */
  open(): void {
    if (this.#tab === null) this.#show();
    else this.#tab.reveal();
  }

  /** Fills a panel that VS Code restored after a restart of the window; a second one is closed. */
  revive(restored: vscode.WebviewPanel): void {
    if (this.#tab === null) this.#show(restored);
    else restored.dispose();
  }

  dispose(): void {
    this.#tab?.dispose();
    this.#close();
    this.#documents.dispose();
    for (const each of this.#recording) each.dispose();
  }

  #show(restored?: vscode.WebviewPanel): void {
    const { extensionUri, ...parts } = this.#parts;
    const tab = new Tab(extensionUri, vscode.l10n, restored);
    this.#tab = tab;
    this.#recorder.lines.limit(...large);
    this.#panel = new Panel({
      ...parts,
      surface: tab,
      recorder: this.#recorder,
      l10n: vscode.l10n,
      language: vscode.env.language,
      words: vscode.l10n.bundle ?? {},
      doing: {
        confirm: parts.confirm,
        copy: (text) => vscode.env.clipboard.writeText(text),
        show: (one, other) => {
          const title = other && vscode.l10n.t('{0} and {1}', one.title, other.title);
          return this.#documents.show(one, other, title);
        },
        run: (command, argument) => vscode.commands.executeCommand(command, argument),
      },
    });
    parts.seen(tab.isVisible);
    tab.onDidChangeVisibility(() => parts.seen(tab.isVisible));
    tab.onDidClose(() => this.#close());
  }

  #close(): void {
    if (this.#panel === null) return;
    this.#panel.dispose();
    this.#panel = null;
    this.#tab = null;
    this.#parts.seen(false);
    this.#recorder.lines.limit(...small);
  }

  #tick(): void {
    this.#recorder.tick();
    this.#panel?.tick();
  }
}
