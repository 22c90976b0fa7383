import * as vscode from 'vscode';
import type { ContextKeySetter } from '../host/contextKeys.ts';
import type { Config } from '../host/config.ts';
import { namespacesOf } from '../host/namespaces.ts';
import type { Log } from '../protocol/log.ts';
import { findDocker, startDockerServer } from '../redis/dockerServer.ts';
import { findProgram, findRedisServer, startLocalServer, type LocalServer } from '../redis/localServer.ts';
import { managers, planLocalRedis, type LocalPlan, type Machine } from './localPlan.ts';
import { forMessage } from './say.ts';
import type { Session } from './session.ts';

/** A Redis server of this window's own, which ends with it and keeps nothing. */
export class LocalRedis implements vscode.Disposable {
  readonly #session: Session;
  readonly #config: Config;
  readonly #keys: ContextKeySetter;
  readonly #log: Log;
  #running: { server: LocalServer; detour: vscode.Disposable } | null = null;
  #starting: Promise<{ url: string } | undefined> | null = null;

  constructor(session: Session, config: Config, keys: ContextKeySetter, log: Log) {
    this.#session = session;
    this.#config = config;
    this.#keys = keys;
    this.#log = log;
  }

  /** Answers where it listens; undefined where there is no server to start, which the person was told. */
  async start(): Promise<{ url: string } | undefined> {
    if (this.#running !== null) return { url: this.#running.server.url };
    this.#starting ??= this.#start().finally(() => (this.#starting = null));
    return this.#starting;
  }

  async #start(): Promise<{ url: string } | undefined> {
    const plan = planLocalRedis(await thisMachine(process.env));
    const server = await serverOf(plan);
    if (server === null) return undefined;
    const namespaces = await namespacesOf(this.#config.get('namespace'), this.#log);
    const detour = this.#session.detour({ settings: { url: server.url, namespaces }, left: () => void this.stop() });
    this.#running = { server, detour };
    this.#keys.set('signalbox.localRunning', true);
    this.#log.info(`Started a local Redis at ${server.url}.`);
    server.onExit(() => {
      if (this.#running?.server !== server) return;
      this.#log.warn('The local Redis ended by itself.');
      void this.stop();
    });
    return { url: server.url };
  }

  async stop(): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    this.#running = null;
    this.#keys.set('signalbox.localRunning', false);
    running.detour.dispose();
    await running.server.stop();
  }

  dispose(): void {
    void this.#running?.server.stop();
  }
}

async function thisMachine(env: NodeJS.ProcessEnv): Promise<Machine> {
  const binary = findRedisServer(env);
  const manager = managers.find((each) => findProgram([each], env) !== null) ?? null;
  // Asking the engine takes a while, and is not needed where there is a server.
  const docker = binary === null ? await findDocker(env) : null;
  return { binary, docker, platform: process.platform, manager };
}

/** The started server; null where a person has to do something first, which they are told. */
async function serverOf(plan: LocalPlan): Promise<LocalServer | null> {
  switch (plan.kind) {
    case 'server':
      return startLocalServer({ binary: plan.binary });
    case 'docker': {
      const title = vscode.l10n.t('Starting Redis in Docker');
      const options = { location: vscode.ProgressLocation.Notification, title };
      return vscode.window.withProgress(options, () => startDockerServer(plan.docker));
    }
    case 'install':
      offerInstall(plan.command);
      return null;
    case 'none': {
      const text = vscode.l10n.t(
        'There is no Redis server on this machine, and none is made for this system. Connect to one elsewhere, or open the folder in WSL or a container.',
      );
      void vscode.window.showWarningMessage(forMessage(text));
      return null;
    }
  }
}

/** Types the command that installs Redis into a terminal and leaves it to the person to run it. */
function offerInstall(command: string): void {
  const terminal = vscode.window.createTerminal(vscode.l10n.t('Install Redis'));
  terminal.show();
  terminal.sendText(command, false);
  void vscode.window.showInformationMessage(
    vscode.l10n.t(
      'There is no Redis server on this machine yet. The terminal holds a command that installs one: run it, then start a local Redis again.',
    ),
  );
}
