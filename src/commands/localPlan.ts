/** How a Redis of our own is to be had on a machine. */
export type LocalPlan =
  | { readonly kind: 'server'; readonly binary: string }
  | { readonly kind: 'docker'; readonly docker: string }
  /** A person has to run this command first. */
  | { readonly kind: 'install'; readonly command: string }
  | { readonly kind: 'none' };

/** What the machine has: paths of programs, `docker` only where an engine answers it. */
export interface Machine {
  readonly binary: string | null;
  readonly docker: string | null;
  readonly platform: NodeJS.Platform;
  /** The package manager that there is. */
  readonly manager: Manager | null;
}

export const managers = ['apt-get', 'dnf', 'pacman', 'zypper', 'apk', 'brew'] as const;
export type Manager = (typeof managers)[number];

const installs: Record<Manager, string> = {
  'apt-get': 'sudo apt-get install --yes redis-server',
  dnf: 'sudo dnf install --assumeyes valkey',
  pacman: 'sudo pacman -S --noconfirm valkey',
  zypper: 'sudo zypper --non-interactive install redis',
  apk: 'sudo apk add redis',
  brew: 'brew install redis',
};

/** A server that is installed, else a container, else the command that installs one. */
export function planLocalRedis({ binary, docker, platform, manager }: Machine): LocalPlan {
  // Nobody makes a Redis for Windows, and our guard of containers is a POSIX shell.
  if (platform === 'win32') return { kind: 'none' };
  if (binary !== null) return { kind: 'server', binary };
  if (docker !== null) return { kind: 'docker', docker };
  if (manager !== null) return { kind: 'install', command: installs[manager] };
  return platform === 'darwin' ? { kind: 'install', command: installs.brew } : { kind: 'none' };
}
