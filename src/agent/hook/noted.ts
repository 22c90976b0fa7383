import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** As many as are kept of a namespace: whoever was away for longer knows it anyway. */
const most = 200;
/** A longer path cannot be claimed, in bytes. */
const longest = 1024;
/** What is told at once, as the script, whose arguments take no more. */
const mostText = 100_000;

/** Edits that nobody could be asked about, in a file of the namespace's own, until somebody can be told. */
export class Noted {
  readonly #file: string;
  /** Where they are while they are told. */
  readonly #taken: string;
  #isTaken = false;

  constructor(namespace: string, home: string = homedir()) {
    // Windows takes no colon in a name.
    const name = namespace === '' ? '_' : namespace.replace(/:$/, '');
    this.#file = path.join(
      home,
      '.config',
      'signalbox',
      'missed',
      process.platform === 'win32' ? name.replaceAll(':', '+') : name,
    );
    // A name that is that of no namespace.
    this.#taken = `${this.#file}~${String(process.pid)}`;
  }

  /** Takes them out of others' way, and gives their text. With `also` what a call that was killed has left behind, too. */
  take(also: boolean): string {
    if (also) this.#collect();
    try {
      renameSync(this.#file, this.#taken);
      this.#isTaken = true;
      const text = readFileSync(this.#taken, 'utf8').trimEnd();
      return text.length <= mostText ? text : text.slice(0, text.lastIndexOf('\n', mostText));
    } catch {
      return '';
    }
  }

  /** They have been told. */
  drop(): void {
    if (this.#isTaken) rmSync(this.#taken, { force: true });
    this.#isTaken = false;
  }

  /** They could not be told. */
  putBack(): void {
    if (this.#isTaken) this.#return(this.#taken);
    this.#isTaken = false;
  }

  /** Notes one more, as far as it is what one line can say and could be claimed. Never throws: whoever may not write there goes unnoted. */
  add(at: number, agent: string, rel: string): void {
    if (Buffer.byteLength(rel) > longest || /\p{Cc}/u.test(agent + rel)) return;
    try {
      mkdirSync(path.dirname(this.#file), { recursive: true, mode: 0o700 });
      const known = existsSync(this.#file) ? readFileSync(this.#file, 'utf8').split('\n').length - 1 : 0;
      if (known < most)
        appendFileSync(this.#file, `${String(Math.floor(at / 1000))}\t${agent}\t${rel}\n`, { mode: 0o600 });
    } catch {
      // There is nobody to tell.
    }
  }

  #collect(): void {
    const prefix = `${path.basename(this.#file)}~`;
    try {
      for (const name of readdirSync(path.dirname(this.#file))) {
        const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : 0;
        if (pid > 0 && !isRunning(pid)) this.#return(path.join(path.dirname(this.#file), name));
      }
    } catch {
      // There is no such folder yet.
    }
  }

  #return(file: string): void {
    try {
      appendFileSync(this.#file, readFileSync(file), { mode: 0o600 });
      rmSync(file, { force: true });
    } catch {
      // Another has done so.
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
