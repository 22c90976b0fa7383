import * as vscode from 'vscode';
import type { Config } from '../host/config.ts';
import type { Passwords } from '../host/passwords.ts';
import type { Connection, Picture } from '../model/picture.ts';
import type { Clock } from '../protocol/clock.ts';
import { reasonText } from '../protocol/reasons.ts';
import type { ConnectionState } from '../protocol/status.ts';
import { redactUrl, splitPassword } from '../redis/redact.ts';
import { readAddress, type Address } from '../redis/address.ts';
import { askAddress } from './addressBox.ts';
import { textOf } from './arguments.ts';
import type { Discovery } from './discovery.ts';
import { connectionOutcome } from './outcome.ts';
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
  readonly #discovery: Discovery;

  constructor(
    session: Session,
    config: Config,
    passwords: Passwords,
    picture: Picture,
    clock: Clock,
    discovery: Discovery,
  ) {
    this.#session = session;
    this.#config = config;
    this.#passwords = passwords;
    this.#picture = picture;
    this.#clock = clock;
    this.#discovery = discovery;
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
    const look = this.#discovery.look();
    const configured = this.#config.get('redis.url').trim();
    const shown = splitPassword(configured)?.url ?? configured;
    const typed = await askAddress(shown || 'redis://127.0.0.1:6379', shown === '', look);
    if (typed === undefined) return undefined;
    // What stands in the box without its credentials is accepted with them: the settings' own, or those of REDIS_URL.
    if (shown !== '' && typed.trim() === shown) {
      const same = readAddress(configured);
      return this.#pursue({ ...same, username: this.#config.get('redis.username').trim() || same.username });
    }
    const isOffered = (await look).some((each) => each.fromEnvironment && each.url === typed.trim());
    return this.#pursue(readAddress(isOffered ? fromEnvironment() : typed));
  }

  /** Connects to what the welcome text offers under this name, asking only for what the server wants. */
  async connectFound(offer?: unknown): Promise<ConnectResult | undefined> {
    const found = typeof offer === 'string' ? this.#discovery.offered(offer) : undefined;
    if (found === undefined) return this.connect();
    return this.#pursue(readAddress(found.fromEnvironment ? fromEnvironment() : found.url));
  }

  /** Asks for user name and password of the configured server, and tries again with them. */
  async enterPassword(): Promise<ConnectResult | undefined> {
    const configured = await this.#session.configured();
    if (configured === null) return this.connect();
    const address = { ...readAddress(configured.url), username: configured.username ?? '', password: '' };
    const entered = await this.#askCredentials(address, this.#picture.connection);
    return entered === undefined ? undefined : this.#pursue(entered);
  }

  /** Tries the configured server over TLS instead of without it, or the other way round. */
  async switchTls(): Promise<ConnectResult | undefined> {
    const configured = await this.#session.configured();
    if (configured === null) return this.connect();
    const url = configured.url.startsWith('rediss:')
      ? configured.url.replace(/^rediss:/, 'redis:')
      : configured.url.replace(/^redis:/, 'rediss:');
    const { password = '', username = '' } = configured;
    const typed = readAddress(url);
    return this.#pursue({ ...typed, username: username || typed.username, password: password || typed.password });
  }

  /** Tries an address, and asks for credentials for as long as it is these that are wrong. */
  async #pursue(first: Address): Promise<ConnectResult | undefined> {
    let address: Address | undefined = first;
    while (address !== undefined) {
      const connection = await this.#try(address);
      const code = connection.state === 'refused' ? connection.reason?.code : undefined;
      if (code !== 'wrong-password' && code !== 'password-needed') {
        // Why it is not live stands in the view, so that is where to look.
        if (connection.state !== 'live') await vscode.commands.executeCommand('signalbox.agents.focus');
        return result(connection);
      }
      address = await this.#askCredentials(address, connection);
    }
    return undefined;
  }

  async disconnect(): Promise<void> {
    await this.#session.disconnect();
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

/** As it stands, with its credentials. */
const fromEnvironment = (): string => process.env['REDIS_URL'] ?? '';
