import * as vscode from 'vscode';

/** Every setting and its type. The defaults stand in package.json. */
export interface Settings {
  'redis.url': string;
  'redis.username': string;
  'redis.tls.caFile': string;
  'redis.tls.certFile': string;
  'redis.tls.keyFile': string;
  'redis.tls.servername': string;
  namespace: string;
  'explorer.decorations': boolean;
  'editor.marks': boolean;
  'claims.whenRedisIsDown': string;
  'claims.dirtyFiles': boolean;
  notifications: string;
}

const types: { [K in keyof Settings]: Settings[K] } = {
  'redis.url': '',
  'redis.username': '',
  'redis.tls.caFile': '',
  'redis.tls.certFile': '',
  'redis.tls.keyFile': '',
  'redis.tls.servername': '',
  namespace: 'auto',
  'explorer.decorations': true,
  'editor.marks': true,
  'claims.whenRedisIsDown': 'allow',
  'claims.dirtyFiles': false,
  notifications: 'blocked',
};

/** The extension's settings as they now are. Anybody can write anything into a settings file: wrong types give the default. */
export class Config {
  get<K extends keyof Settings>(key: K): Settings[K] {
    const value: unknown = vscode.workspace.getConfiguration('signalbox').get(key);
    return typeof value === typeof types[key] ? (value as Settings[K]) : types[key];
  }

  /** As VS Code puts it together from all settings files, whatever somebody wrote there. */
  raw(name: string): unknown {
    return vscode.workspace.getConfiguration('signalbox').get(name);
  }

  /** What somebody has set for a name, whatever it is; undefined where only the default holds. */
  given(name: string): unknown {
    const set = vscode.workspace.getConfiguration('signalbox').inspect(name);
    const here = vscode.workspace.isTrusted ? (set?.workspaceFolderValue ?? set?.workspaceValue) : undefined;
    return here ?? set?.globalValue;
  }

  /** Writes where the value now comes from, so that the written one takes effect; for the user where there is none. */
  async set<K extends keyof Settings>(key: K, value: Settings[K] | undefined): Promise<void> {
    const configuration = vscode.workspace.getConfiguration('signalbox');
    if (value === configuration.get(key)) return;
    const set = configuration.inspect(key);
    const inWorkspace = vscode.workspace.isTrusted && set?.workspaceValue !== undefined;
    const target = inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
    await configuration.update(key, value, target);
  }

  /** Calls when one of `sections` (such as `redis`) may have changed. */
  onDidChange(sections: readonly string[], call: () => void): vscode.Disposable {
    return vscode.workspace.onDidChangeConfiguration((event) => {
      if (sections.some((section) => event.affectsConfiguration(`signalbox.${section}`))) call();
    });
  }
}
