import * as vscode from 'vscode';
import type { Roots } from '../host/roots.ts';
import { Disposables } from '../host/disposables.ts';
import type { Claim, Picture } from '../model/picture.ts';
import type { Clock } from '../protocol/clock.ts';
import { Pacer } from './pacer.ts';
import { placeKey } from './places.ts';
import type { WorkspaceFiles } from './workspaceFiles.ts';

/** These systems' disks do not tell letters by their case; VS Code's own decorations do not either. */
const ignoreCase = process.platform === 'win32' || process.platform === 'darwin';
const keyOf = (address: string): string => placeKey(address, ignoreCase);

/**
 * Which claims lie on which files: the picture's claims by address. Says which addresses changed, and for which the
 * claim itself may read differently now.
 */
export class ClaimPlaces implements vscode.Disposable {
  readonly #picture: Picture;
  readonly #files: WorkspaceFiles;
  readonly #owned = new Disposables();
  readonly #changed = this.#owned.add(new vscode.EventEmitter<ReadonlySet<string>>());
  /** Claim keys by address, and addresses by claim key. */
  readonly #claims = new Map<string, Set<string>>();
  readonly #places = new Map<string, readonly string[]>();
  /** Addresses of tasks that more than one agent is active on, where the task is called like a file. */
  #contested: ReadonlySet<string> = new Set();

  /** Addresses, as text, for which {@link at} or {@link contested} may now answer otherwise. */
  readonly onDidChange = this.#changed.event;

  constructor(picture: Picture, files: WorkspaceFiles, roots: Roots, clock: Clock) {
    this.#picture = picture;
    this.#files = files;
    const contested = this.#owned.add(
      new Pacer(clock, 250, () => {
        const touched = new Set<string>();
        this.#updateContested(touched);
        if (touched.size > 0) this.#changed.fire(touched);
      }),
    );
    this.#owned.add(
      picture.onDidChange((change) => {
        const touched = new Set<string>();
        for (const key of change.claims) this.#update(key, touched);
        if (touched.size > 0) this.#changed.fire(touched);
        // A flood of errors changes the list of what needs attention a thousand times a second.
        if (change.attention) contested.request();
      }),
    );
    this.#owned.add(roots.onDidChange(() => this.#rebuild()));
    this.#rebuild();
  }

  /** The claims on exactly this file or folder. More than one only where several namespaces share files. */
  at(address: string): readonly Claim[] {
    const keys = this.#claims.get(keyOf(address));
    return keys === undefined ? [] : [...keys].flatMap((key) => this.#picture.claim(key) ?? []);
  }

  /** Whether agents are known to be in each other's way there. */
  contested(address: string): boolean {
    return this.#contested.has(keyOf(address)) || this.at(address).length > 1;
  }

  /** The claims that cover a file: its own, else those of the nearest claimed folder above it. */
  covering(file: vscode.Uri): readonly Claim[] {
    // Documents that were never saved have no place.
    if (!file.path.startsWith('/')) return [];
    for (let at = file; ;) {
      const claims = this.at(at.toString());
      if (claims.length > 0) return claims;
      const above = vscode.Uri.joinPath(at, '..');
      if (above.path === at.path) return [];
      at = above;
    }
  }

  /** Everything that is claimed or contested now. */
  addresses(): Iterable<string> {
    return new Set([...this.#claims.keys(), ...this.#contested]);
  }

  #update(key: string, touched: Set<string>): void {
    for (const place of this.#places.get(key) ?? []) {
      touched.add(place);
      const keys = this.#claims.get(place);
      keys?.delete(key);
      if (keys?.size === 0) this.#claims.delete(place);
    }
    this.#places.delete(key);
    const claim = this.#picture.claim(key);
    if (claim === undefined || claim.kind === 'named') return;
    const places = this.#addressesOf(claim.ns, claim.resource);
    this.#places.set(key, places);
    for (const place of places) {
      touched.add(place);
      const keys = this.#claims.get(place);
      if (keys === undefined) this.#claims.set(place, new Set([key]));
      else keys.add(key);
    }
  }

  #updateContested(touched: Set<string>): void {
    // Two spellings are the same place only where the disk says so, and then have it in common anyway.
    const conflicts = this.#picture.attention.filter(
      (item) => item.kind === 'conflict' && item.resource !== null && item.spelling === undefined,
    );
    const now = new Set(conflicts.flatMap((item) => this.#addressesOf(item.ns, item.resource ?? '')));
    for (const place of now) if (!this.#contested.has(place)) touched.add(place);
    for (const place of this.#contested) if (!now.has(place)) touched.add(place);
    this.#contested = now;
  }

  /** A folder's address has no slash at its end, so that it is the one the explorer asks for. */
  #addressesOf(ns: string, resource: string): string[] {
    return this.#files.places(ns, resource).map((place) => keyOf(place.toString()));
  }

  #rebuild(): void {
    const touched = new Set<string>();
    for (const key of [...this.#places.keys()]) this.#update(key, touched);
    for (const { key } of this.#picture.claims) this.#update(key, touched);
    this.#updateContested(touched);
    if (touched.size > 0) this.#changed.fire(touched);
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
