import * as vscode from 'vscode';
import type { Config } from '../host/config.ts';
import { Disposables } from '../host/disposables.ts';
import { ownName } from '../host/person.ts';
import { every } from '../protocol/clock.ts';
import { agentName } from './agentText.ts';
import { badgeOf, contestedBadge } from './badge.ts';
import type { ClaimPlaces } from './claimPlaces.ts';
import { ageText } from './duration.ts';
import type { Fleet } from './fleetRows.ts';
import { Pacer } from './pacer.ts';

/** VS Code takes no more addresses than this in one event. */
const mostAtOnce = 250;

/**
 * Badges on claimed files wherever VS Code shows a file's name. No colour, as that is git's, but for what is fought
 * over. A tooltip is only what it was when asked for, so claims are told anew when its words are out of date.
 */
export class ExplorerMarks implements vscode.FileDecorationProvider, vscode.Disposable {
  readonly #fleet: Fleet;
  readonly #places: ClaimPlaces;
  readonly #config: Config;
  readonly #me = ownName();
  readonly #owned = new Disposables();
  readonly #changed = this.#owned.add(new vscode.EventEmitter<vscode.Uri[]>());
  readonly #pending = new Set<string>();
  readonly #pacer: Pacer;
  /** What was last told of each address; those that nobody asked for are not in it. */
  readonly #told = new Map<string, string>();

  readonly onDidChangeFileDecorations = this.#changed.event;

  constructor(fleet: Fleet, places: ClaimPlaces, config: Config) {
    this.#fleet = fleet;
    this.#places = places;
    this.#config = config;
    this.#pacer = this.#owned.add(new Pacer(fleet.clock, 250, () => this.#fire()));
    this.#owned.add(
      places.onDidChange((addresses) => {
        for (const address of addresses) this.#pending.add(address);
        this.#pacer.request();
      }),
    );
    this.#owned.add(
      config.onDidChange(['explorer'], () => {
        for (const address of places.addresses()) this.#pending.add(address);
        this.#pacer.request();
      }),
    );
    this.#owned.add(every(fleet.clock, 30_000, () => this.#renewTooltips()));
    this.#owned.add(vscode.window.registerFileDecorationProvider(this));
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    const address = uri.toString();
    const decoration = this.#decoration(address);
    if (decoration === undefined) this.#told.delete(address);
    else this.#told.set(address, decoration.tooltip ?? '');
    return decoration;
  }

  #decoration(address: string): vscode.FileDecoration | undefined {
    if (!this.#config.get('explorer.decorations')) return undefined;
    const claims = this.#places.at(address);
    const contested = this.#places.contested(address);
    const first = claims[0];
    if (first === undefined && !contested) return undefined;
    const { picture, l10n } = this.#fleet;
    const badge =
      contested || first === undefined
        ? contestedBadge
        : badgeOf(first.holder === this.#me ? l10n.t('me') : agentName(picture, first.ns, first.holder));
    const color = contested ? new vscode.ThemeColor('signalbox.conflictForeground') : undefined;
    const held = claims.map((claim) => {
      const { ns, holder, waiters } = claim;
      const text =
        holder === this.#me
          ? l10n.t('Claimed by you')
          : l10n.t('Claimed by {0}, {1}', agentName(picture, ns, holder), this.#coarseLeft(claim.expiresAt));
      return waiters.length === 0 ? text : `${text}, ${l10n.t('{0} waiting', waiters.length)}`;
    });
    if (contested) held.push(l10n.t('More than one agent is at work here'));
    return new vscode.FileDecoration(badge, held.join('\n'), color);
  }

  /** In whole minutes at most, as a tooltip does not count down. */
  #coarseLeft(expiresAt: number | null): string {
    const { clock, l10n } = this.#fleet;
    if (expiresAt === null) return l10n.t('no expiry');
    const left = expiresAt - clock.now();
    if (left < 60_000) return l10n.t('under a minute left');
    return l10n.t('{0} left', ageText(left));
  }

  #renewTooltips(): void {
    for (const [address, tooltip] of this.#told) {
      if ((this.#decoration(address)?.tooltip ?? '') !== tooltip) this.#pending.add(address);
    }
    if (this.#pending.size > 0) this.#pacer.request();
  }

  #fire(): void {
    const addresses = [...this.#pending];
    this.#pending.clear();
    for (let at = 0; at < addresses.length; at += mostAtOnce) {
      this.#changed.fire(addresses.slice(at, at + mostAtOnce).map((address) => vscode.Uri.parse(address, true)));
    }
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
