import * as vscode from 'vscode';
import type { Config } from '../../host/config.ts';
import { Disposables } from '../../host/disposables.ts';
import { readGitConfig, writeGitConfig } from '../../host/gitConfig.ts';
import { recordedNamespaces, repositoryFolders } from '../../host/namespaces.ts';
import type { Picture } from '../../model/picture.ts';
import { bashResourcesOf } from '../../protocol/bashResources.ts';
import { agentsMax, agentsMaxOf, claimTimeOf, claimTimes, type ClaimTime } from '../../protocol/claimSettings.ts';
import type { Log } from '../../protocol/log.ts';
import type { Link } from '../../redis/link.ts';
import { UserError } from '../../redis/userError.ts';
import { failureText } from '../say.ts';

/** Where we remember what we wrote, so that what is no longer set is taken out again, and nothing else. */
const writtenKey = 'signalbox.obeyed';
const downKey = 'signalbox.whenRedisIsDown';
const bashKey = 'signalbox.bashResources';
const names = [...(Object.keys(claimTimes) as ClaimTime[]), agentsMax] as const;

/**
 * Tells agents with a hook the settings that they have to obey: the times of claims and how many agents there may be in their namespace, and in the
 * repository what to do without Redis and what shell commands claim. Only what somebody has set is told, so that windows with defaults never disagree.
 */
export class ObeyedSettings implements vscode.Disposable {
  readonly #link: Link;
  readonly #picture: Picture;
  readonly #config: Config;
  readonly #memory: vscode.Memento;
  readonly #log: Log;
  readonly #owned = new Disposables();
  #wasLive = false;
  #work: Promise<void> = Promise.resolve();

  constructor(link: Link, picture: Picture, config: Config, memory: vscode.Memento, log: Log) {
    this.#link = link;
    this.#picture = picture;
    this.#config = config;
    this.#memory = memory;
    this.#log = log;
    this.#owned.add(config.onDidChange(['claims', 'agents'], () => this.#follow()));
    this.#owned.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.#follow()));
    this.#owned.add(picture.onDidChange(({ connection }) => connection && this.#turned()));
    this.#turned();
  }

  #turned(): void {
    const isLive = this.#picture.connection.state === 'live';
    if (isLive && !this.#wasLive) this.#follow();
    this.#wasLive = isLive;
  }

  #follow(): void {
    // One after the other, so that the last change wins.
    this.#work = this.#work
      .then(() => Promise.all([this.#tellTimes(), this.#recordAll()]))
      .then(
        () => undefined,
        (error: unknown) => this.#log.warn(`Settings for agents: ${failureText(error)}`),
      );
  }

  async #tellTimes(): Promise<void> {
    const { state, namespaces } = this.#picture.connection;
    if (state !== 'live') return;
    for (const { ns } of await recordedNamespaces(this.#log)) {
      if (namespaces.includes(ns)) await this.#tellIn(ns);
    }
  }

  async #tellIn(ns: string): Promise<void> {
    const written = this.#memory.get<Record<string, string[]>>(writtenKey, {});
    const before = written[ns] ?? [];
    const fields = new Map<string, number | null>();
    for (const name of names) {
      const given = this.#config.given(name);
      const ms = given === undefined ? null : name === agentsMax ? agentsMaxOf(given) : claimTimeOf(name, given);
      if (given !== undefined && ms === null) {
        const what = name === agentsMax ? 'number of agents' : 'time';
        this.#log.warn(`The setting signalbox.${name} is no ${what}: ${JSON.stringify(given)}`);
      }
      if (ms !== null || before.includes(name)) fields.set(name, ms);
    }
    if (fields.size === 0) return;
    try {
      await this.#link.configure(ns, fields);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return this.#log.warn(`The settings of claims could not be told to the agents of ${ns} ${failureText(error)}`);
    }
    const now = [...fields].flatMap(([name, ms]) => (ms === null ? [] : [name]));
    await this.#memory.update(writtenKey, { ...written, [ns]: now });
  }

  async #recordAll(): Promise<void> {
    const down = this.#config.given('claims.whenRedisIsDown');
    await this.#record(downKey, down === 'allow' || down === 'deny' ? down : null);
    const table = this.#config.given('claims.bashResources');
    const fault = table === undefined ? null : bashResourcesOf(table).fault;
    if (fault !== null) {
      this.#log.warn(
        `The setting signalbox.claims.bashResources is no table of resources with lists of commands, at ${fault}; the usual rules hold`,
      );
    }
    await this.#record(bashKey, table === undefined || fault !== null ? null : JSON.stringify(table));
  }

  /** Records a setting in the repositories of this window, under the same name as what we remember of that; null takes it out. */
  async #record(key: string, wanted: string | null): Promise<void> {
    const written = this.#memory.get<Record<string, string>>(key, {});
    for (const folder of repositoryFolders()) {
      const ours = written[folder];
      if (wanted === null && ours === undefined) continue;
      const known = await readGitConfig(folder, key);
      // What somebody else recorded since stays.
      if (wanted === known || (wanted === null && known !== ours)) continue;
      if (!(await writeGitConfig(folder, key, wanted))) continue;
      const { [folder]: _, ...others } = this.#memory.get<Record<string, string>>(key, {});
      await this.#memory.update(key, wanted === null ? others : { ...others, [folder]: wanted });
    }
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
