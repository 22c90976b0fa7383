import * as vscode from 'vscode';
import type { Config } from '../host/config.ts';
import { Disposables } from '../host/disposables.ts';
import { ownName } from '../host/person.ts';
import type { Claim } from '../model/picture.ts';
import { every } from '../protocol/clock.ts';
import { displayText } from '../protocol/displayText.ts';
import type { Disposable } from '../protocol/emitter.ts';
import { agentName } from './agentText.ts';
import { claimActions } from './claimActions.ts';
import type { ClaimPlaces } from './claimPlaces.ts';
import { leftText } from './duration.ts';
import type { Fleet } from './fleetRows.ts';
import { Pacer } from './pacer.ts';
import { claimTooltip } from './tooltips.ts';
import { untrusted } from './treeItem.ts';

/** Documents of which it is remembered where they were edited. */
const mostEdited = 50;

/** Says, behind the line that a person edits, that somebody else holds the file: until they do not, or it is saved. */
export class EditHint implements vscode.Disposable {
  readonly #fleet: Fleet;
  readonly #places: ClaimPlaces;
  readonly #config: Config;
  readonly #me = ownName();
  readonly #owned = new Disposables();
  readonly #pacer: Pacer;
  readonly #hint: vscode.TextEditorDecorationType;
  /** The line that was edited last, of documents with changes in them. */
  readonly #edited = new Map<string, number>();
  /** What each editor last got; an editor that is not here has no hint. */
  readonly #drawn = new WeakMap<vscode.TextEditor, string>();
  #ticking: Disposable | null = null;

  constructor(fleet: Fleet, places: ClaimPlaces, config: Config) {
    this.#fleet = fleet;
    this.#places = places;
    this.#config = config;
    this.#hint = this.#owned.add(
      vscode.window.createTextEditorDecorationType({ rangeBehavior: vscode.DecorationRangeBehavior.ClosedOpen }),
    );
    this.#pacer = this.#owned.add(new Pacer(fleet.clock, 250, () => this.#draw()));
    const request = (): void => this.#pacer.request();
    this.#owned.add(places.onDidChange(request));
    this.#owned.add(config.onDidChange(['editor'], request));
    this.#owned.add(vscode.window.onDidChangeVisibleTextEditors(request));
    this.#owned.add(vscode.workspace.onDidChangeTextDocument((event) => this.#changed(event)));
    this.#owned.add(vscode.workspace.onDidSaveTextDocument((document) => this.#forget(document)));
    this.#owned.add(vscode.workspace.onDidCloseTextDocument((document) => this.#forget(document)));
    this.#owned.add({ dispose: () => this.#ticking?.dispose() });
  }

  #changed({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    // What somebody else wrote to the disk is read again without making it a changed document.
    if (!document.isDirty) return this.#forget(document);
    const change = contentChanges[0];
    if (change === undefined || this.#othersOn(document).length === 0) return;
    const address = document.uri.toString();
    this.#edited.delete(address);
    this.#edited.set(address, change.range.start.line + change.text.split('\n').length - 1);
    for (const oldest of this.#edited.keys()) if (this.#edited.size > mostEdited) this.#edited.delete(oldest);
    this.#pacer.request();
  }

  #forget(document: vscode.TextDocument): void {
    if (this.#edited.delete(document.uri.toString())) this.#pacer.request();
  }

  #othersOn(document: vscode.TextDocument): Claim[] {
    return this.#places.covering(document.uri).filter(({ holder }) => holder !== this.#me);
  }

  #draw(): void {
    let counting = false;
    for (const editor of vscode.window.visibleTextEditors) {
      const { document } = editor;
      const line = this.#config.get('editor.marks') ? this.#edited.get(document.uri.toString()) : undefined;
      const claims = line === undefined ? [] : this.#othersOn(document);
      counting ||= claims.length > 0;
      // Behind the first line it is said already.
      this.#drawIn(editor, Math.min(line ?? 0, document.lineCount - 1), line === 0 ? undefined : claims[0]);
    }
    if (counting) this.#ticking ??= every(this.#fleet.clock, 1000, () => this.#pacer.request());
    else {
      this.#ticking?.dispose();
      this.#ticking = null;
    }
  }

  #drawIn(editor: vscode.TextEditor, line: number, claim: Claim | undefined): void {
    const text = claim === undefined ? '' : this.#text(claim);
    const { range } = editor.document.lineAt(line);
    // It stands behind the line, wherever that now ends: what is typed meanwhile comes before what we say of it.
    const drawn = text === '' ? '' : `${line} ${range.end.character} ${text}`;
    if ((this.#drawn.get(editor) ?? '') === drawn) return;
    this.#drawn.set(editor, drawn);
    if (claim === undefined) return editor.setDecorations(this.#hint, []);
    const after = {
      contentText: text,
      color: new vscode.ThemeColor('signalbox.editHintForeground'),
      fontStyle: 'italic',
      margin: '0 0 0 3em',
    };
    const { picture, l10n, clock } = this.#fleet;
    const tooltip = untrusted(claimTooltip(claim, { picture, l10n, now: clock.now() }));
    const hoverMessage = [tooltip, claimActions(claim, this.#me, picture, l10n)];
    editor.setDecorations(this.#hint, [{ range, hoverMessage, renderOptions: { after } }]);
  }

  #text(claim: Claim): string {
    const { picture, l10n, clock } = this.#fleet;
    const who = agentName(picture, claim.ns, claim.holder);
    const left = claim.expiresAt === null ? null : leftText(claim.expiresAt - clock.now());
    if (claim.kind === 'folder') return l10n.t('{0} holds {1}', who, displayText(claim.resource, 60));
    return left === null
      ? l10n.t('{0} is editing this file', who)
      : l10n.t('{0} is editing this file ({1} left)', who, left);
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
