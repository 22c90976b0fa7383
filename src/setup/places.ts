import { homedir } from 'node:os';
import path from 'node:path';

/** Where things of ours and of Claude Code lie for one user. */
export interface Places {
  home: string;
  /** The hook's programs. */
  programs: string;
  /** Addresses and passwords by namespace. */
  connections: string;
  /** Where edits are noted that nobody was asked about. */
  missed: string;
  /** The settings of Claude Code that hold for all repositories, and those of an administrator, which nobody overrides. */
  userSettings: string;
  managedSettings: string;
}

export function placesOf(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): Places {
  const home = env['HOME'] || homedir();
  const config = path.join(home, '.config', 'signalbox');
  return {
    home,
    programs: path.join(home, '.local', 'share', 'signalbox'),
    connections: path.join(config, 'connections.json'),
    missed: path.join(config, 'missed'),
    userSettings: path.join(env['CLAUDE_CONFIG_DIR'] || path.join(home, '.claude'), 'settings.json'),
    managedSettings: managed[platform] ?? '/etc/claude-code/managed-settings.json',
  };
}

const managed: Partial<Record<NodeJS.Platform, string>> = {
  darwin: '/Library/Application Support/ClaudeCode/managed-settings.json',
  win32: 'C:\\Program Files\\ClaudeCode\\managed-settings.json',
};
