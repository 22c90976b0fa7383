import * as vscode from 'vscode';
import type { Config } from '../host/config.ts';
import type { Clock } from '../protocol/clock.ts';
import { hookVersion } from '../protocol/hookVersion.ts';
import type { Log } from '../protocol/log.ts';
import { readAddress } from '../redis/address.ts';
import type { ConnectionSettings } from '../redis/settings.ts';
import { permission } from '../setup/claude/entries.ts';
import { programFolder } from '../setup/claude/programs.ts';
import type { SetUpPlan, SetUpResult, SetUpWish } from '../setup/claude/setUp.ts';
import { readConnections } from '../setup/connections.ts';
import { setUpProblem } from '../setup/problem.ts';
import { repositoryAround, type Repository } from '../setup/repository.ts';
import { flagOf, textOf } from './arguments.ts';
import { forMessage } from './say.ts';
import type { Session } from './session.ts';

/** What the command answers to a caller. */
export interface SetUpAnswer {
  namespace: string;
  /** The settings files that were written. */
  files: readonly string[];
  library: string | null;
  /** How many sessions were heard and not yet heard; null where that cannot be told. */
  guarded: number | null;
  silent: number | null;
}

/** Makes the Claude Code sessions of a repository claim what they edit, and undoes that. */
export class ClaudeSetUp {
  readonly #session: Session;
  readonly #config: Config;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #dist: string;

  constructor(session: Session, config: Config, clock: Clock, log: Log, dist: string) {
    this.#session = session;
    this.#config = config;
    this.#clock = clock;
    this.#log = log;
    this.#dist = dist;
  }

  /** Asks only what `{folder, shared, permission, yes}` leaves open; undefined when a person gave up. */
  async setUp(argument?: unknown): Promise<SetUpAnswer | undefined> {
    const repository = await this.#repository(argument);
    if (repository === undefined) return undefined;
    const configured = await this.#session.configured();
    if (configured === null && readConnections().length === 0) {
      throw setUpProblem('Connect to Redis first, so that it is known where the sessions are to meet.');
    }
    const shared = flagOf(argument, 'shared') ?? (await askWhere());
    if (shared === undefined) return undefined;
    const mayWait = flagOf(argument, 'permission') ?? (await askPermission());
    if (mayWait === undefined) return undefined;
    const wish: SetUpWish = {
      repository,
      namespace: this.#chosenNamespace(configured),
      connection: configured === null ? null : connectionOf(configured),
      shared,
      permission: mayWait,
      source: { dist: this.#dist, version: hookVersion, env: process.env },
    };
    const { planSetUp, setUp } = await load();
    // One of the two is there, so that no usual address is needed.
    const plan = await planSetUp(wish, '');
    const isAsked = flagOf(argument, 'yes') !== true;
    if (isAsked && !(await agreed(plan))) return undefined;
    const title = vscode.l10n.t('Setting up Claude Code');
    const location = isAsked ? vscode.ProgressLocation.Notification : vscode.ProgressLocation.Window;
    const result = await vscode.window.withProgress({ location, title }, () =>
      setUp(plan, this.#clock, configured?.tls),
    );
    await this.#tell(result, isAsked);
    // The window shows the repository's fleet from now on.
    if (plan.isNew) this.#session.again();
    return answerOf(plan, result);
  }

  /** With `{folder, yes}` it asks nothing. Answers the files that were changed; undefined when a person gave up. */
  async remove(argument?: unknown): Promise<{ files: readonly string[] } | undefined> {
    const repository = await this.#repository(argument);
    if (repository === undefined) return undefined;
    const { l10n } = vscode;
    const { leftText, planTakeOut, takeOut, takeOutText } = await load();
    const changes = planTakeOut(repository, false);
    const isAsked = flagOf(argument, 'yes') !== true;
    if (isAsked && changes.length > 0) {
      const detail = [...takeOutText(changes, l10n), leftText(undefined, programFolder(), l10n)].join('\n\n');
      const action = l10n.t('Remove');
      const message = l10n.t('Remove the set-up of Claude Code from this repository?');
      if ((await vscode.window.showInformationMessage(message, { modal: true, detail }, action)) !== action) {
        return undefined;
      }
    }
    const files = takeOut(changes);
    for (const line of takeOutText(changes, l10n)) this.#log.info(line);
    if (isAsked) {
      const text =
        files.length > 0
          ? l10n.t('Claude Code no longer calls Signalbox in this repository.')
          : l10n.t('Claude Code was not set up in this repository.');
      void vscode.window.showInformationMessage(text);
    }
    return { files };
  }

  /** The repository that is meant. What is not trusted may not have programs run in it. */
  async #repository(argument: unknown): Promise<Repository | undefined> {
    if (!vscode.workspace.isTrusted) {
      throw setUpProblem('This workspace is not trusted, so Claude Code is not set up in it. Trust it first.');
    }
    const folder = textOf(argument, 'folder') ?? (await askFolder());
    if (folder === undefined) return undefined;
    const repository = repositoryAround(folder);
    if (repository !== null) return repository;
    throw setUpProblem('{0} is in no git repository. Open the one that your agents work in.', folder);
  }

  /** The fleet that the window is set to; null for the repository's own. */
  #chosenNamespace(configured: ConnectionSettings | null): string | null {
    const isChosen = this.#config.get('namespace').trim() !== 'auto' && configured?.namespaces.length === 1;
    return (isChosen && configured.namespaces[0]) || null;
  }

  async #tell(result: SetUpResult, isAsked: boolean): Promise<void> {
    const { resultText } = await load();
    const lines = resultText(result, vscode.l10n);
    for (const line of lines) this.#log.info(line);
    if (!isAsked) return;
    const text = forMessage([...(result.reason === null ? [] : lines.slice(-2, -1)), lines.at(-1) ?? ''].join(' '));
    if (result.reason === null) void vscode.window.showInformationMessage(text);
    else void vscode.window.showWarningMessage(text);
  }
}

/** Set-up is a bundle that few windows need. */
const load = () => import('../setup/index.ts');

async function agreed(plan: SetUpPlan): Promise<boolean> {
  const { l10n } = vscode;
  const action = l10n.t('Set Up');
  const { planText } = await load();
  const detail = planText(plan, l10n).join('\n\n');
  const message = l10n.t('Set up Claude Code in this repository?');
  return (await vscode.window.showInformationMessage(message, { modal: true, detail }, action)) === action;
}

async function askFolder(): Promise<string | undefined> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  if (folders.length === 0) throw setUpProblem('Open the folder of a repository first.');
  if (folders.length === 1) return folders[0]?.uri.fsPath;
  const items = folders.map(({ name, uri }) => ({ label: name, description: uri.fsPath }));
  const title = vscode.l10n.t('In which repository?');
  return (await vscode.window.showQuickPick(items, { title }))?.description;
}

async function askWhere(): Promise<boolean | undefined> {
  const { l10n } = vscode;
  const items = [
    { label: l10n.t('Only for me'), description: '.claude/settings.local.json', shared: false },
    { label: l10n.t('For everybody who has the repository'), description: '.claude/settings.json', shared: true },
  ];
  const title = l10n.t('Set Up Claude Code (1 of 2)');
  return (await vscode.window.showQuickPick(items, { title }))?.shared;
}

async function askPermission(): Promise<boolean | undefined> {
  const { l10n } = vscode;
  const items = [
    { label: l10n.t('Yes'), description: permission, wanted: true },
    { label: l10n.t('No, ask me each time'), wanted: false },
  ];
  const title = l10n.t('Set Up Claude Code (2 of 2)');
  const placeHolder = l10n.t('May agents wait for a file without asking you?');
  return (await vscode.window.showQuickPick(items, { title, placeHolder }))?.wanted;
}

function connectionOf({ url, username, password }: ConnectionSettings): SetUpWish['connection'] {
  const address = readAddress(url);
  return { url: address.url, username: username || address.username, password: password || address.password };
}

function answerOf({ namespace }: SetUpPlan, { changed, library, sessions }: SetUpResult): SetUpAnswer {
  return {
    namespace,
    files: changed,
    library: library?.version ?? null,
    guarded: sessions?.guarded.length ?? null,
    silent: sessions?.silent.length ?? null,
  };
}
