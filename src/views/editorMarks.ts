import * as vscode from 'vscode';
import type { Config } from '../host/config.ts';
import { Disposables } from '../host/disposables.ts';
import { ownName } from '../host/person.ts';
import type { Claim } from '../model/picture.ts';
import { every } from '../protocol/clock.ts';
import type { Disposable } from '../protocol/emitter.ts';
import { displayText } from '../protocol/displayText.ts';
import { agentName } from './agentText.ts';
import { claimActions } from './claimActions.ts';
import type { ClaimPlaces } from './claimPlaces.ts';
import { timeLeft } from './claimRow.ts';
import type { Fleet } from './fleetRows.ts';
import { Pacer } from './pacer.ts';
import { claimTooltip } from './tooltips.ts';
import { untrusted } from './treeItem.ts';

/** Says in the editors of claimed files who holds them and for how long still, behind the first line. */
export class EditorMarks implements vscode.Disposable {
  readonly #fleet: Fleet;
  readonly #places: ClaimPlaces;
  readonly #config: Config;
  readonly #me = ownName();
  readonly #owned = new Disposables();
  readonly #pacer: Pacer;
  readonly #mark: vscode.TextEditorDecorationType;
  /** What each editor last got; an editor that is not here has no mark. */
  #drawn = new WeakMap<vscode.TextEditor, string>();
  #ticking: Disposable | null = null;

  constructor(fleet: Fleet, places: ClaimPlaces, config: Config) {
    this.#fleet = fleet;
    this.#places = places;
    this.#config = config;
    this.#mark = this.#owned.add(
      vscode.window.createTextEditorDecorationType({
        overviewRulerColor: new vscode.ThemeColor('signalbox.editorMarkRuler'),
        overviewRulerLane: vscode.OverviewRulerLane.Right,
        rangeBehavior: vscode.DecorationRangeBehavior.ClosedOpen,
      }),
    );
    this.#pacer = this.#owned.add(new Pacer(fleet.clock, 250, () => this.#draw()));
    const request = (): void => this.#pacer.request();
    this.#owned.add(places.onDidChange(request));
    this.#owned.add(config.onDidChange(['editor'], request));
    this.#owned.add(vscode.window.onDidChangeVisibleTextEditors(request));
    // The mark stands behind the first line, wherever that now ends.
    this.#owned.add(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (!contentChanges.some((change) => change.range.start.line === 0)) return;
        for (const editor of vscode.window.visibleTextEditors) {
          if (editor.document === document) this.#drawn.delete(editor);
        }
        request();
      }),
    );
    this.#owned.add({ dispose: () => this.#ticking?.dispose() });
    request();
  }

  #draw(): void {
    const on = this.#config.get('editor.marks');
    let counting = false;
    for (const editor of vscode.window.visibleTextEditors) {
      const claims = on ? this.#places.covering(editor.document.uri) : [];
      counting ||= claims.some((claim) => claim.expiresAt !== null && claim.holder !== this.#me);
      this.#drawIn(editor, claims);
    }
    if (counting) {
      this.#ticking ??= every(this.#fleet.clock, 1000, () => this.#pacer.request());
    } else {
      this.#ticking?.dispose();
      this.#ticking = null;
    }
  }

  #drawIn(editor: vscode.TextEditor, claims: readonly Claim[]): void {
    const text = claims.map((claim) => this.#text(claim)).join('   ');
    if ((this.#drawn.get(editor) ?? '') === text) return;
    this.#drawn.set(editor, text);
    if (text === '') return editor.setDecorations(this.#mark, []);
    const { picture, l10n, clock } = this.#fleet;
    const context = { picture, l10n, now: clock.now() };
    const hover = claims.flatMap((claim) => [
      untrusted(claimTooltip(claim, context)),
      claimActions(claim, this.#me, picture, l10n),
    ]);
    const after = {
      contentText: text,
      color: new vscode.ThemeColor('signalbox.editorMarkForeground'),
      margin: '0 0 0 3em',
    };
    editor.setDecorations(this.#mark, [
      { range: editor.document.lineAt(0).range, hoverMessage: hover, renderOptions: { after } },
    ]);
  }

  #text(claim: Claim): string {
    const { picture, l10n, clock } = this.#fleet;
    const isOwn = claim.holder === this.#me;
    const parts = [isOwn ? l10n.t('claimed by you') : agentName(picture, claim.ns, claim.holder)];
    if (claim.task !== null && !isOwn) parts.push(displayText(claim.task, 40));
    if (claim.kind === 'folder') parts.push(displayText(claim.resource, 60));
    // Their own claim is kept for as long as they want it.
    if (!isOwn) parts.push(timeLeft(claim, clock.now(), l10n));
    if (claim.waiters.length > 0) parts.push(l10n.t('{0} waiting', claim.waiters.length));
    return parts.join(' · ');
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
