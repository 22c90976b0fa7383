/** What decides which VS Code `npm start` opens; gathered by `start.mts`, invented by tests. */
export interface StartFacts {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether `code` is on PATH. */
  readonly hasCode: boolean;
  /** VS Code refuses to run on a desktop as root. */
  readonly root: boolean;
  /** What the flags ask for. */
  readonly asked: 'web' | 'desktop' | undefined;
}

export interface StartChoice {
  readonly vscode: 'web' | 'desktop';
  /** Why, as the end of a sentence; empty when it was asked for. */
  readonly because: string;
}

/** Why there can be no desktop window here, or undefined. */
function obstacle({ platform, env, hasCode, root }: StartFacts): string | undefined {
  if (!hasCode) return 'there is no `code` on PATH';
  if (env['VSCODE_IPC_HOOK_CLI']) return 'this is a terminal inside VS Code, whose `code` opens things in that window';
  if (env['WSL_DISTRO_NAME']) return 'this is WSL, whose `code` is that of Windows';
  if (root && platform !== 'win32') return 'VS Code does not run on a desktop as root';
  if (platform === 'linux' && !env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return 'there is no display';
  return undefined;
}

/** Chooses desktop VS Code where it can be shown, else the served one. Throws when what is asked for cannot be. */
export function chooseVscode(facts: StartFacts): StartChoice {
  if (facts.asked === 'web') return { vscode: 'web', because: '' };
  const inTheWay = obstacle(facts);
  if (facts.asked === 'desktop') {
    if (inTheWay !== undefined)
      throw new Error(`--desktop is not possible here: ${inTheWay}. Leave it out, or use --web.`);
    return { vscode: 'desktop', because: '' };
  }
  return inTheWay === undefined
    ? { vscode: 'desktop', because: '`code` is on PATH' }
    : { vscode: 'web', because: inTheWay };
}
