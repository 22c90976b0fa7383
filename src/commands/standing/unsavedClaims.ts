import type { Clock } from '../../protocol/clock.ts';
import type { Disposable } from '../../protocol/emitter.ts';
import type { OwnClaims } from './ownClaims.ts';

type Place = Parameters<OwnClaims['claim']>[0];

/** A change that is undone or saved within this claims nothing; ms. */
const settling = 300;
/** Who saves mostly goes on writing; ms. */
const grace = 2_000;
/** Before a file that an agent holds is asked for again; ms. */
const patience = 5_000;
/** Files at once. */
const most = 100;

interface File {
  readonly find: () => Promise<Place | null>;
  place: Place | null;
  /** `declined`: the person, or somebody else, ended the claim, and it is not made again before the file was saved. */
  state: 'new' | 'asking' | 'held' | 'refused' | 'declined' | 'leaving';
  timer: Disposable | null;
}

/**
 * Claims files while they have changes that are not saved, by address. A claim by hand is never touched: this is another
 * reason for the same one, and goes alone.
 */
export class UnsavedClaims implements Disposable {
  readonly #claims: Pick<OwnClaims, 'claim' | 'release'>;
  readonly #clock: Clock;
  readonly #files = new Map<string, File>();

  constructor(claims: Pick<OwnClaims, 'claim' | 'release'>, clock: Clock) {
    this.#claims = claims;
    this.#clock = clock;
  }

  /** A file has changes, or others than before. `find` says what it is called; null for what cannot be claimed. */
  changed(address: string, find: () => Promise<Place | null>): void {
    const known = this.#files.get(address);
    if (known?.state === 'leaving') {
      known.timer?.dispose();
      known.state = 'held';
    }
    if (known !== undefined || this.#files.size >= most) return;
    const file: File = { find, place: null, state: 'new', timer: null };
    this.#files.set(address, file);
    this.#askAfter(settling, address, file);
  }

  /** A file has none any more. */
  saved(address: string): void {
    const file = this.#files.get(address);
    if (file === undefined || file.state === 'leaving') return;
    file.timer?.dispose();
    if (file.state !== 'held') return void this.#files.delete(address);
    file.state = 'leaving';
    file.timer = this.#clock.after(grace, () => {
      this.#files.delete(address);
      this.#giveBack(file);
    });
  }

  /** Somebody ended the person's claim. */
  ended(place: Place): void {
    for (const file of this.#files.values()) {
      if (file.place?.ns !== place.ns || file.place.resource !== place.resource) continue;
      if (file.state === 'leaving') continue;
      file.timer?.dispose();
      file.state = 'declined';
    }
  }

  /** There is a connection again, or another one: what is not held is asked for. */
  connected(): void {
    for (const [address, file] of this.#files) {
      if (file.state === 'held' || file.state === 'refused') this.#askAfter(0, address, file);
    }
  }

  /** Gives all back, as far as it is held for this reason alone. */
  clear(): void {
    for (const file of this.#files.values()) {
      file.timer?.dispose();
      this.#giveBack(file);
    }
    this.#files.clear();
  }

  dispose(): void {
    for (const file of this.#files.values()) file.timer?.dispose();
    this.#files.clear();
  }

  #askAfter(ms: number, address: string, file: File): void {
    file.timer?.dispose();
    file.timer = this.#clock.after(ms, () => void this.#ask(address, file));
  }

  async #ask(address: string, file: File): Promise<void> {
    file.state = 'asking';
    let isGranted = false;
    try {
      file.place = await file.find();
      isGranted = file.place !== null && (await this.#claims.claim(file.place, 'unsaved')).kind === 'granted';
    } catch {
      // It is said elsewhere why nothing can be claimed now.
    }
    // It was saved, or the claim was ended, while we asked.
    if (this.#files.get(address) !== file || this.#stateOf(file) === 'declined') return this.#giveBack(file);
    file.state = isGranted ? 'held' : 'refused';
    if (!isGranted) this.#askAfter(patience, address, file);
  }

  /** As it is by now: the compiler takes it for what it was before the wait. */
  #stateOf(file: File): File['state'] {
    return file.state;
  }

  #giveBack({ place }: File): void {
    // What cannot be given back now runs out by itself.
    if (place !== null) this.#claims.release(place, 'unsaved').catch(() => undefined);
  }
}
