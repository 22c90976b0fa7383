/** What decides how a Redis can be had; gathered by `redisBinary.mts`, invented by tests. */
export interface Facts {
  readonly platform: NodeJS.Platform;
  readonly root: boolean;
  /** Running in continuous integration: nobody is there to type anything. */
  readonly ci: boolean;
  /** `sudo -n` works, that is without asking for a password. */
  readonly sudo: boolean;
  /** Whether a program is on PATH. */
  has(program: string): boolean;
}

/** What to do about it: run these commands in turn, or tell the user what to type. */
export type Plan =
  | {
      readonly kind: 'install';
      readonly manager: string;
      /** Brings the package lists up to date; only needed when `install` does not find the package. */
      readonly refresh: readonly string[] | null;
      readonly install: readonly string[];
    }
  | { readonly kind: 'ask'; readonly message: string };

interface Manager {
  readonly program: string;
  readonly refresh: readonly string[] | null;
  readonly install: readonly string[];
  /** What a person would type; without `sudo`. */
  readonly typed: readonly string[];
  readonly needsRoot: boolean;
}

const onLinux: readonly Manager[] = [
  {
    program: 'apt-get',
    refresh: ['apt-get', 'update', '-qq'],
    // Only the package with the binary: `redis-server` would also start a service. See `redisBinary.mts`.
    install: ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'redis-tools'],
    typed: ['apt-get', 'install', '-y', 'redis-tools'],
    needsRoot: true,
  },
  linux('dnf', ['install', '-y', '-q', 'redis']),
  linux('yum', ['install', '-y', '-q', 'redis']),
  linux('apk', ['add', '--no-progress', 'redis']),
  linux('pacman', ['-S', '--noconfirm', '--needed', 'valkey'], ['-Sy']),
  linux('zypper', ['--non-interactive', 'install', 'redis'], ['--non-interactive', 'refresh']),
];

const onMac: readonly Manager[] = [{ ...linux('brew', ['install', 'redis']), needsRoot: false }];

function linux(program: string, install: readonly string[], refresh?: readonly string[]): Manager {
  const command = [program, ...install];
  return {
    program,
    refresh: refresh ? [program, ...refresh] : null,
    install: command,
    typed: command,
    needsRoot: true,
  };
}

const wayOut = 'or start a Redis of your own and use `npm start -- --redis-url redis://HOST:6379`';

/** Decides how to get a Redis server on this machine. Runs nothing. */
export function planRedis(facts: Facts): Plan {
  if (facts.platform === 'win32') {
    return ask(
      'There is no Redis server for Windows. Work inside WSL (wsl --install, then npm start in there), or run one with' +
        ' Docker:\n  docker run --rm -p 6379:6379 redis:7\nand use it:\n  npm start -- --redis-url redis://127.0.0.1:6379',
    );
  }
  const mac = facts.platform === 'darwin';
  const manager = (mac ? onMac : onLinux).find((candidate) => facts.has(candidate.program));
  if (!manager) {
    return ask(
      mac
        ? `No Redis server was found, and no Homebrew to get one with. Install Homebrew (https://brew.sh), then type:\n  brew install redis\n${wayOut}.`
        : `No redis-server or valkey-server was found on PATH, and no package manager that is known here. Install Redis, ${wayOut}.`,
    );
  }
  if (!manager.needsRoot || facts.root) return install(manager, []);
  if (facts.ci && facts.sudo) return install(manager, ['sudo', '-n']);
  return ask(
    `No redis-server or valkey-server was found. Install it, then try again:\n  sudo ${manager.typed.join(' ')}\n${wayOut}.`,
  );
}

function install(manager: Manager, prefix: readonly string[]): Plan {
  return {
    kind: 'install',
    manager: manager.program,
    refresh: manager.refresh && [...prefix, ...manager.refresh],
    install: [...prefix, ...manager.install],
  };
}

function ask(message: string): Plan {
  return { kind: 'ask', message };
}
