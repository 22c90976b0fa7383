import * as vscode from 'vscode';
import type { Config } from '../host/config.ts';
import { Disposables } from '../host/disposables.ts';
import { badNamespace, namespacesOf } from '../host/namespaces.ts';
import type { Passwords } from '../host/passwords.ts';
import { readPatterns } from '../protocol/keyTable.ts';
import type { Log } from '../protocol/log.ts';
import type { FeedSink } from '../protocol/messages.ts';
import type { Link } from '../redis/link.ts';
import { redactUrl } from '../redis/redact.ts';
import type { ConnectionSettings } from '../redis/settings.ts';
import { badSettings } from '../redis/userError.ts';
import { exposedPassword } from './exposedPasswords.ts';

/** A connection for this window alone, in place of the configured one. */
export interface Detour {
  readonly settings: ConnectionSettings;
  /** Called when a person connects elsewhere, so that what the detour led to can end. */
  readonly left: () => void;
}

const disconnectedKey = 'signalbox.disconnected';

/**
 * Decides what the link connects to: the latest detour there is (a demo fleet, a local server), else what is configured,
 * else nothing. Follows the settings, and remembers over restarts that a person disconnected this workspace.
 */
export class Session implements vscode.Disposable {
  readonly #link: Link;
  readonly #sink: FeedSink;
  readonly #config: Config;
  readonly #passwords: Passwords;
  readonly #memory: vscode.Memento;
  readonly #log: Log;
  readonly #owned = new Disposables();
  readonly #detours: Detour[] = [];
  /** Counts decisions, so that one that had to wait for a password or for git gives way to a later one. */
  #decision = 0;
  #writing = 0;
  #disposed = false;
  /** The settings themselves were refused, so that there is a picture without a link. */
  #refused = false;

  /** `sink` is told what is wrong with the settings themselves. */
  constructor(link: Link, sink: FeedSink, config: Config, passwords: Passwords, memory: vscode.Memento, log: Log) {
    this.#link = link;
    this.#sink = sink;
    this.#config = config;
    this.#passwords = passwords;
    this.#memory = memory;
    this.#log = log;
    const follow = (): void => this.#follow();
    this.#owned.add(config.onDidChange(['redis', 'namespace', 'keys'], follow));
    this.#owned.add(vscode.workspace.onDidGrantWorkspaceTrust(follow));
    this.#owned.add(vscode.workspace.onDidChangeWorkspaceFolders(follow));
  }

  /** Begins to connect where something is configured. Nobody needs to wait for it. */
  start(): void {
    this.#follow();
  }

  /** What is configured, whether or not we are connected to it; null where nothing is. */
  async configured(): Promise<ConnectionSettings | null> {
    const url = this.#config.get('redis.url').trim();
    if (url === '') return null;
    const username = this.#config.get('redis.username').trim();
    const password = await this.#passwords.get(redactUrl(url));
    const tls = {
      ...given('caFile', this.#config.get('redis.tls.caFile')),
      ...given('certFile', this.#config.get('redis.tls.certFile')),
      ...given('keyFile', this.#config.get('redis.tls.keyFile')),
      ...given('servername', this.#config.get('redis.tls.servername')),
    };
    return {
      url,
      ...given('username', username),
      ...given('password', password),
      ...(Object.keys(tls).length > 0 ? { tls } : {}),
      namespaces: await namespacesOf(this.#config.get('namespace'), this.#log),
    };
  }

  /**
   * Connects to what `write` configures, as a person's wish: ends detours and forgets that this workspace was
   * disconnected. Settings are written one by one, and the states between are not followed.
   */
  async connectTo(write: () => Promise<void>): Promise<void> {
    for (const detour of this.#detours.splice(0)) detour.left();
    this.#writing++;
    try {
      await write();
      await this.#memory.update(disconnectedKey, undefined);
    } finally {
      this.#writing--;
    }
    // Also when the same is connected already: who connects again wants another try. Where word of what was written came
    // in between, it is decided anew, so that what the caller then sees is the new connection.
    while (!(await this.#decide(true)));
  }

  async disconnect(): Promise<void> {
    for (const detour of this.#detours.splice(0)) detour.left();
    await this.#memory.update(disconnectedKey, true);
    await this.#decide(false);
  }

  /** Connects this window elsewhere until the answer is disposed. */
  detour(detour: Detour): vscode.Disposable {
    this.#detours.push(detour);
    this.#follow();
    return {
      dispose: () => {
        const at = this.#detours.indexOf(detour);
        if (at < 0) return;
        this.#detours.splice(at, 1);
        this.#follow();
      },
    };
  }

  /** To be called when something that decides and is no setting, such as git's, has changed. */
  again(): void {
    this.#follow();
  }

  #follow(): void {
    if (this.#writing > 0) return;
    this.#decide(false).catch((error: unknown) =>
      this.#log.error(`Could not decide what to connect to: ${String(error)}`),
    );
  }

  /** Answers whether nothing came in between, in which case it did what is to be done. */
  async #decide(anew: boolean): Promise<boolean> {
    const decision = ++this.#decision;
    const detour = this.#detours.at(-1);
    const stayAway = this.#memory.get(disconnectedKey) === true;
    const found = detour?.settings ?? (stayAway ? null : await this.configured());
    if (this.#disposed) return true;
    if (decision !== this.#decision) return false;
    if (found === null) {
      if (this.#link.settings !== null || this.#refused) this.#link.disconnect();
      this.#refused = false;
      return true;
    }
    const { patterns, wrong: odd } = readPatterns(this.#config.raw('keys.patterns'));
    const wanted = patterns.length > 0 ? { ...found, patterns } : found;
    const wrong = detour === undefined ? badNamespace(this.#config.get('namespace')) : undefined;
    this.#refused = wrong !== undefined;
    if (wrong !== undefined) {
      this.#refuse(wrong, wanted.url);
      return true;
    }
    if (anew || JSON.stringify(this.#link.settings) !== JSON.stringify(wanted)) this.#link.connect(wanted);
    // Connecting begins a new picture, in which it has to be said again. A detour has nothing to do with settings.
    const reason = detour === undefined ? exposedPassword() : null;
    this.#sink.apply({ kind: 'trouble', what: 'password', reason });
    const entries = odd.slice(0, 5).join(', ');
    this.#sink.apply({ kind: 'trouble', what: 'patterns', reason: entries ? { code: 'bad-patterns', entries } : null });
    return true;
  }

  /** Connecting with what is left of the names would show other fleets than those that were asked for. */
  #refuse(namespace: string, url: string): void {
    if (this.#link.settings !== null) this.#link.disconnect();
    this.#sink.apply({ kind: 'opened', url: redactUrl(url), namespaces: [] });
    const { reason } = badSettings(
      '"{0}" is no namespace, which is letters, digits and . _ - with a colon at the end, such as shop:',
      namespace,
    );
    this.#sink.apply({ kind: 'connection', state: 'refused', reason });
  }

  dispose(): void {
    // A decision that still waits must not connect any more.
    this.#disposed = true;
    this.#owned.dispose();
  }
}

function given<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return value ? ({ [key]: value } as { [P in K]?: string }) : {};
}
