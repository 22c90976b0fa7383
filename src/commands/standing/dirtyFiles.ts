import * as vscode from 'vscode';
import { placeAt } from '../../host/claimable.ts';
import type { Config } from '../../host/config.ts';
import { Disposables } from '../../host/disposables.ts';
import type { Roots } from '../../host/roots.ts';
import type { Picture } from '../../model/picture.ts';
import type { UnsavedClaims } from './unsavedClaims.ts';

/** Tells which files of this window have changes that are not saved, for as long as the setting wants them claimed. */
export class DirtyFiles implements vscode.Disposable {
  readonly #claims: UnsavedClaims;
  readonly #config: Config;
  readonly #picture: Picture;
  readonly #roots: Roots;
  readonly #owned = new Disposables();
  #isOn = false;

  constructor(claims: UnsavedClaims, config: Config, picture: Picture, roots: Roots) {
    this.#claims = claims;
    this.#config = config;
    this.#picture = picture;
    this.#roots = roots;
    const look = (document: vscode.TextDocument): void => this.#look(document);
    const { workspace } = vscode;
    this.#owned.add(config.onDidChange(['claims'], () => this.#follow()));
    this.#owned.add(workspace.onDidGrantWorkspaceTrust(() => this.#follow()));
    this.#owned.add(workspace.onDidChangeTextDocument(({ document }) => look(document)));
    this.#owned.add(workspace.onDidSaveTextDocument(look));
    this.#owned.add(workspace.onDidCloseTextDocument(({ uri }) => this.#claims.saved(uri.toString())));
    this.#follow();
  }

  #follow(): void {
    const isOn = vscode.workspace.isTrusted && this.#config.get('claims.dirtyFiles');
    if (isOn === this.#isOn) return;
    this.#isOn = isOn;
    if (isOn) for (const document of vscode.workspace.textDocuments) this.#look(document);
    else this.#claims.clear();
  }

  #look({ uri, isDirty }: vscode.TextDocument): void {
    if (!this.#isOn || uri.scheme !== 'file') return;
    if (!isDirty) return this.#claims.saved(uri.toString());
    this.#claims.changed(uri.toString(), async () => {
      const place = await placeAt(uri, this.#roots, this.#picture.connection.namespaces);
      return typeof place === 'string' ? null : place;
    });
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
