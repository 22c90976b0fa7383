import * as vscode from 'vscode';

/** Says, also where it is kept, that a person does not want the server to be set to tell of changes to keys. */
export const declinedKey = 'signalbox.notificationsDeclined';

/** The keys that `when` clauses read, with their values' types. Unset counts as unconfigured, as false and as none. */
export interface ContextKeys {
  'signalbox.connection': string;
  'signalbox.hasAgents': boolean;
  /** Whom of the agents a hook of Claude Code keeps out of what another holds. Set once something is configured. */
  'signalbox.guard': 'none' | 'partial' | 'on';
  /** Everybody of a fleet was told to pause. */
  'signalbox.fleetPaused': boolean;
  'signalbox.demoRunning': boolean;
  'signalbox.localRunning': boolean;
  /** This user may not read what the view would show. */
  'signalbox.claimsHidden': boolean;
  'signalbox.queuesHidden': boolean;
  /** Keys are scanned every few seconds, since the server does not tell of changes to them. */
  'signalbox.sweeping': boolean;
  [declinedKey]: boolean;
  /** Paths of files and folders that the person at this window holds. */
  'signalbox.claimedByMe': readonly string[];
  'signalbox.found': boolean;
  'signalbox.found.environment': boolean;
  'signalbox.found.localhost': boolean;
  'signalbox.found.redis': boolean;
  'signalbox.found.docker': boolean;
}

/** Sets context keys, each only when its value is another than before; what is false need not be set. */
export class ContextKeySetter {
  readonly #values = new Map<keyof ContextKeys, unknown>();

  set<K extends keyof ContextKeys>(key: K, value: ContextKeys[K]): void {
    const before = this.#values.get(key) ?? false;
    if (before === value || (Array.isArray(value) && JSON.stringify(before || []) === JSON.stringify(value))) return;
    this.#values.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}
