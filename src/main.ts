import * as vscode from 'vscode';
import { confirm } from './commands/confirm.ts';
import type { Commands } from './commands/register.ts';
import { failureText, type FailureWords, forMessage } from './commands/say.ts';
import { Session } from './commands/session.ts';
import { Config } from './host/config.ts';
import { ContextKeySetter, declinedKey } from './host/contextKeys.ts';
import { Disposables } from './host/disposables.ts';
import { Later } from './host/later.ts';
import type { OutputLog } from './host/outputLog.ts';
import { ownName } from './host/person.ts';
import { Passwords } from './host/passwords.ts';
import { Roots } from './host/roots.ts';
import type { ViewDoors } from './host/viewDoors.ts';
import { dueNamespaces } from './model/dueNamespaces.ts';
import { FleetModel } from './model/fleetModel.ts';
import { systemClock as clock, every } from './protocol/clock.ts';
import type { SignalboxApi } from './protocol/status.ts';
import { Link } from './redis/link.ts';
import { ownProcesses as processes } from './redis/processes.ts';
import { PublicApi } from './views/api.ts';
import { ClaimPlaces } from './views/claimPlaces.ts';
import { projectContextKeys } from './views/contextProjection.ts';
import { EditHint } from './views/editHint.ts';
import { EditorMarks } from './views/editorMarks.ts';
import { ExplorerMarks } from './views/explorerMarks.ts';
import { Lookout } from './views/lookout.ts';
import { onceConfigured, onceLive } from './views/onceConfigured.ts';
import type { Panels } from './views/panel/index.ts';
import { projectOwnPaths } from './views/ownPaths.ts';
import { StatusBar } from './views/statusBar.ts';
import { TreeViews } from './views/treeViews.ts';
import { WorkspaceFiles } from './views/workspaceFiles.ts';

/** What is there from the start, whether or not anything else is. */
export interface Beginnings {
  readonly context: vscode.ExtensionContext;
  readonly log: OutputLog;
  readonly doors: ViewDoors;
  readonly observer: { readonly id: string; readonly since: number };
}

/** The composition root: makes the parts, joins them, and hands each to its disposer. */
export class Main implements vscode.Disposable {
  readonly #owned = new Disposables();
  readonly api: SignalboxApi;
  readonly commands: () => Promise<Commands>;
  readonly panels: () => Promise<Panels>;
  readonly words: FailureWords = { failureText, forMessage };

  constructor({ context, log, doors, observer }: Beginnings) {
    const own = <T extends vscode.Disposable>(part: T): T => this.#owned.add(part);
    const { l10n } = vscode;
    const config = new Config();
    const keys = new ContextKeySetter();
    const roots = own(new Roots());

    const model = new FleetModel({
      clock,
      observerId: observer.id,
      since: observer.since,
      processes,
    });
    const link = own(new Link(model, clock, log, 'load'));
    own(
      every(clock, 1000, () => {
        model.tick();
        void link.reap(dueNamespaces(model, clock.now()));
      }),
    );

    const files = own(new WorkspaceFiles(roots, clock));
    const fleet = { picture: model, clock, l10n, files, me: ownName() };
    const views = own(new TreeViews(fleet, doors, files.onDidFind));
    const lookout = own(new Lookout(views, (on) => link.watch(on)));
    own(
      onceConfigured(model, () => {
        const places = new ClaimPlaces(model, files, roots, clock);
        const marks = [new ExplorerMarks(fleet, places, config), new EditorMarks(fleet, places, config)];
        const own = [new EditHint(fleet, places, config), projectOwnPaths(model, files, keys)];
        return [places, ...marks, ...own, new StatusBar(fleet)];
      }),
    );
    own(projectContextKeys(model, keys));
    keys.set(declinedKey, context.workspaceState.get(declinedKey) === true);
    this.api = own(new PublicApi(model, clock)).api;

    const passwords = new Passwords(context.secrets);
    const session = own(new Session(link, model, config, passwords, context.workspaceState, log));
    const dist = vscode.Uri.joinPath(context.extensionUri, 'dist').fsPath;
    const panels = own(
      new Later(async () => {
        const { Panels } = await import('./views/panel/index.ts');
        const { extensionUri } = context;
        const seen = (on: boolean): void => lookout.seePanel(on);
        return new Panels({ picture: model, link, clock, extensionUri, log, failureText, confirm, seen });
      }),
    );
    const standing = own(
      new Later(async () => {
        const { Standing } = await import('./commands/index.ts');
        const memory = context.workspaceState;
        const isSeen = (): boolean => views.attentionSeen;
        return new Standing({ picture: model, link, config, roots, memory, log, clock, dist, isSeen });
      }),
    );
    own(onceLive(model, () => void Promise.all([panels.get(), standing.get()])));
    const openPanel = async (): Promise<void> => (await panels.get()).open();
    const commands = own(
      new Later(async () => {
        const { CommandSet } = await import('./commands/index.ts');
        const selection = (id: string): readonly string[] => views.selection(id);
        const memory = context.workspaceState;
        const tools = { config, passwords, keys, roots, files, log, clock, dist, memory };
        return new CommandSet({ model, link, session, ...tools, openPanel, selection, standing: () => standing.get() });
      }),
    );
    this.commands = async () => (await commands.get()).commands;
    this.panels = () => panels.get();
    const offer = async (): Promise<void> => {
      const isIdle = config.get('redis.url').trim() === '' && link.settings === null;
      if (views.visible && isIdle) (await commands.get()).lookForServers();
    };
    own(views.onDidChangeVisibility(() => void offer()));
    session.start();
    void offer();
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
