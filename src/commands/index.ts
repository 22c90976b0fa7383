import path from 'node:path';
import * as vscode from 'vscode';
import type { Config } from '../host/config.ts';
import type { ContextKeySetter } from '../host/contextKeys.ts';
import { Disposables } from '../host/disposables.ts';
import { TextDocuments } from '../host/textDocuments.ts';
import type { OutputLog } from '../host/outputLog.ts';
import type { Passwords } from '../host/passwords.ts';
import { showCommitted } from '../host/lastCommit.ts';
import type { Roots } from '../host/roots.ts';
import type { FleetModel } from '../model/fleetModel.ts';
import type { Clock } from '../protocol/clock.ts';
import { discoverServers } from '../redis/discover.ts';
import { KeyTable } from '../protocol/keyTable.ts';
import type { Link } from '../redis/link.ts';
import { Acting } from './acting/acting.ts';
import { withFocusedRow, type Selection } from './acting/focusedRow.ts';
import { compare } from './acting/compare.ts';
import { breakClaim } from './acting/breakClaim.ts';
import { handOverClaim } from './acting/handOver.ts';
import { messageAgent, messageFleet } from './acting/message.ts';
import { pauseAgent, pauseFleet, resumeAgent, resumeFleet } from './acting/pause.ts';
import { showTerminal } from './acting/terminal.ts';
import { Attend } from './attend.ts';
import { Connect } from './connect.ts';
import { Copy } from './copy.ts';
import { DemoFleet } from './demoFleet.ts';
import { Discovery } from './discovery.ts';
import { ClaudeSetUp } from './claudeSetUp.ts';
import { runDoctor } from './doctor.ts';
import { moveExposedPasswords } from './exposedPasswords.ts';
import { cleanUpKeys } from './keys/cleanUpKeys.ts';
import { enableNotifications } from './keys/enableNotifications.ts';
import { inspectKey } from './keys/inspectKey.ts';
import { peekQueue } from './keys/peekQueue.ts';
import { purgeQueue } from './keys/purgeQueue.ts';
import { pushTask } from './keys/pushTask.ts';
import { requeueFailed } from './keys/requeueFailed.ts';
import { LocalRedis } from './localRedis.ts';
import { openResource } from './openResource.ts';
import { openSettings } from './openSettings.ts';
import { ClaimFile } from './person/claimFile.ts';
import { Publish } from './publish.ts';
import type { Command, Commands } from './register.ts';
import type { Session } from './session.ts';
import type { Standing } from './standing/index.ts';

/** What goes on by itself is in the same bundle, since most of what it needs commands need, too. */
export { Standing } from './standing/index.ts';

/** What commands act on. */
export interface CommandParts {
  readonly model: FleetModel;
  readonly link: Link;
  readonly session: Session;
  readonly config: Config;
  readonly passwords: Passwords;
  readonly keys: ContextKeySetter;
  readonly roots: Roots;
  readonly files: Parameters<typeof openResource>[0];
  readonly log: OutputLog;
  readonly clock: Clock;
  /** Where the extension's bundles are. */
  readonly dist: string;
  readonly openPanel: () => unknown;
  readonly selection: Selection;
  readonly memory: vscode.Memento;
  readonly standing: () => Promise<Standing>;
}

/**
 * All that a person can do. It is a bundle of its own, loaded when the first command is run or a view is in sight, since
 * most windows only watch, and many not even that.
 */
export class CommandSet implements vscode.Disposable {
  readonly #owned = new Disposables();
  readonly #discovery: Discovery;
  readonly commands: Commands;

  constructor({
    model,
    link,
    session,
    config,
    passwords,
    keys,
    roots,
    files,
    log,
    clock,
    dist,
    openPanel,
    selection,
    memory,
    standing,
  }: CommandParts) {
    const discovery = (this.#discovery = new Discovery(keys, () => discoverServers(process.env)));
    const connect = new Connect(session, config, passwords, model, clock, discovery);
    const local = this.#owned.add(new LocalRedis(session, config, keys, log));
    const demo = this.#owned.add(new DemoFleet(path.join(dist, 'signalbox.cjs'), session, roots, keys, log));
    const publish = new Publish(link, model);
    const copy = new Copy(link, model);
    const attend = new Attend(model, clock);
    this.#owned.add(showCommitted());
    const acting = new Acting(link, model, clock);
    const keyTexts = this.#owned.add(new TextDocuments('signalbox-key', vscode.l10n.t('This is not kept any more.')));
    const onRow =
      (command: Command): Command =>
      async (argument) =>
        command(await withFocusedRow(argument, selection));
    const claude = new ClaudeSetUp(session, config, clock, log, dist);
    const file = new ClaimFile({
      picture: model,
      link,
      clock,
      roots,
      claims: async () => (await standing()).claims,
    });
    this.commands = {
      connect: (argument) => connect.connect(argument),
      disconnect: () => connect.disconnect(),
      startLocalRedis: () => local.start(),
      stopLocalRedis: () => local.stop(),
      startDemoFleet: (argument) => demo.start(argument),
      stopDemoFleet: () => demo.stop(),
      publishTestPayload: (argument) => publish.publish(argument),
      openPanel,
      showLog: () => log.show(),
      copyAgentPrompt: () => copy.agentPrompt(),
      copyStatus: () => copy.status(),
      dismiss: onRow((argument) => attend.dismiss(argument)),
      acknowledge: onRow((argument) => attend.dismiss(argument)),
      acceptNewRun: (argument) => attend.acceptNewRun(argument),
      connectFound: (argument) => connect.connectFound(argument),
      findServers: () => discovery.look(),
      enterPassword: () => connect.enterPassword(),
      switchTls: () => connect.switchTls(),
      movePassword: () => moveExposedPasswords(passwords),
      copyAclLine: (argument) => copy.mend(argument),
      copyMend: (argument) => copy.mend(argument),
      claimFile: (argument) => file.claim(argument),
      releaseFile: (argument) => file.release(argument),
      openSettings,
      runDoctor,
      setUpClaudeCode: (argument) => claude.setUp(argument),
      removeClaudeCode: (argument) => claude.remove(argument),
      openResource: (argument) => openResource(files, argument),
      messageAgent: onRow((argument) => messageAgent(acting, argument)),
      messageFleet: onRow((argument) => messageFleet(acting, argument)),
      pauseAgent: onRow((argument) => pauseAgent(acting, argument)),
      resumeAgent: onRow((argument) => resumeAgent(acting, argument)),
      pauseFleet: onRow((argument) => pauseFleet(acting, argument)),
      resumeFleet: onRow((argument) => resumeFleet(acting, argument)),
      handOverClaim: onRow((argument) => handOverClaim(acting, argument)),
      breakClaim: onRow((argument) => breakClaim(acting, argument)),
      showTerminal: onRow((argument) => showTerminal(acting, argument)),
      compare: onRow((argument) => compare(acting, files, argument)),
      inspectKey: onRow((argument) => inspectKey(acting, keyTexts, argument)),
      enableKeyspaceNotifications: (argument) => enableNotifications(acting, { memory, keys }, argument),
      cleanUpKeys: (argument) => cleanUpKeys(acting, new KeyTable(link.settings?.patterns), argument),
      pushTask: onRow((argument) => pushTask(acting, argument)),
      peekQueue: onRow((argument) => peekQueue(acting, keyTexts, argument)),
      requeueFailed: onRow((argument) => requeueFailed(acting, argument)),
      purgeQueue: onRow((argument) => purgeQueue(acting, argument)),
    };
  }

  /** There is nothing configured, and somebody looks: what could be connected to? */
  lookForServers(): void {
    this.#discovery.lookOnce();
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
