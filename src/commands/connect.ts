import * as vscode from 'vscode';
import type { Config } from '../host/config.ts';
import type { Passwords } from '../host/passwords.ts';
import type { Connection, Picture } from '../model/picture.ts';
import type { Clock } from '../protocol/clock.ts';
import { reasonText } from '../protocol/reasons.ts';
import type { ConnectionState } from '../protocol/status.ts';
import { redactUrl } from '../redis/redact.ts';
import { UserError } from '../redis/userError.ts';
import { readAddress, type Address } from './address.ts';
import { textOf } from './arguments.ts';
import { connectionOutcome } from './outcome.ts';
import { failureText } from './say.ts';
import type { Session } from './session.ts';

/** How long a connect command waits for a verdict; the link goes on trying after it. */
const patience = 10_000;

/** What `signalbox.connect` answers to a caller. */
export interface ConnectResult {
  state: ConnectionState;
  reason?: string;
}

/** Connects to a server that a person, or the caller's argument, names; and to none. */
export class Connect {
  readonly #session: Session;
  readonly #config: Config;
  readonly #passwords: Passwords;
  readonly #picture: Picture;
  readonly #clock: Clock;

  constructor(session: Session, config: Config, passwords: Passwords, picture: Picture, clock: Clock) {
    this.#session = session;
    this.#config = config;
    this.#passwords = passwords;
    this.#picture = picture;
    this.#clock = clock;
  }

  /** With `{url, username?, password?, namespace?}` it asks nothing; undefined when a person gave up. */
  async connect(argument?: unknown): Promise<ConnectResult | undefined> {
    const url = textOf(argument, 'url');
    if (url !== undefined) {
      const typed = readAddress(url);
      const namespace = textOf(argument, 'namespace');
      const username = textOf(argument, 'username') ?? typed.username;
      const password = textOf(argument, 'password') ?? typed.password;
      return result(await this.#try({ ...typed, username, password }, namespace));
    }
    let address = await this.#askAddress();
    while (address !== undefined) {
      const connection = await this.#try(address);
      const code = connection.state === 'refused' ? connection.reason?.code : undefined;
      if (code !== 'wrong-password' && code !== 'password-needed') return result(connection);
      address = await this.#askCredentials(address, connection);
    }
    return undefined;
  }

  async disconnect(): Promise<void> {
    await this.#session.disconnect();
  }

  async #askAddress(): Promise<Address | undefined> {
    const typed = await vscode.window.showInputBox({
      title: vscode.l10n.t('Connect to Redis'),
      prompt: vscode.l10n.t('Address of the server that your agents publish to'),
      placeHolder: 'redis://127.0.0.1:6379',
      value: this.#config.get('redis.url') || 'redis://127.0.0.1:6379',
      ignoreFocusOut: true,
      validateInput: (text) => {
        try {
          readAddress(text);
          return undefined;
        } catch (error) {
          // Beside the field there is no need to say what it is about.
          return error instanceof UserError && 'detail' in error.reason ? error.reason.detail : failureText(error);
        }
      },
    });
    return typed === undefined ? undefined : readAddress(typed);
  }

  async #askCredentials(address: Address, { reason }: Connection): Promise<Address | undefined> {
    const title = vscode.l10n.t('Connect to {0}', redactUrl(address.url));
    const username = await vscode.window.showInputBox({
      title,
      prompt: vscode.l10n.t('User name; leave it empty for the default user'),
      value: address.username,
      ignoreFocusOut: true,
    });
    if (username === undefined) return undefined;
    const password = await vscode.window.showInputBox({
      title,
      prompt:
        reason?.code === 'wrong-password'
          ? vscode.l10n.t('The server refused the user name or password. Enter the right one')
          : vscode.l10n.t('The server asks for a password'),
      placeHolder: vscode.l10n.t('Password'),
      password: true,
      ignoreFocusOut: true,
    });
    return password === undefined ? undefined : { ...address, username, password };
  }

  /** Saves what is to be connected to, then waits a while for how it goes. */
  async #try({ url, username, password }: Address, namespace?: string): Promise<Connection> {
    await this.#session.connectTo(async () => {
      if (password !== '') await this.#passwords.set(redactUrl(url), password);
      if (namespace !== undefined) await this.#config.set('namespace', namespace);
      await this.#config.set('redis.username', username === '' ? undefined : username);
      await this.#config.set('redis.url', url);
    });
    return connectionOutcome(this.#picture, this.#clock, patience);
  }
}

function result({ state, reason }: Connection): ConnectResult {
  return reason === null ? { state } : { state, reason: reasonText(reason, vscode.l10n) };
}
