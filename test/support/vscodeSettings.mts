/** User settings of a VS Code that says nothing of its own accord: no welcome, no tips, no updates, no trust prompt. */
export const quietSettings: Readonly<Record<string, unknown>> = {
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'workbench.enableExperiments': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'security.workspace.trust.enabled': false,
  'chat.disableAIFeatures': true,
  'git.openRepositoryInParentFolders': 'never',
  'window.restoreWindows': 'none',
  'files.hotExit': 'off',
};

/** What VS Code's own themes are called in `workbench.colorTheme`, and the class by which the workbench shows them. */
export const themes = {
  'Default Dark Modern': /vscode-theme-defaults-themes-dark_modern-json/,
  'Default Light Modern': /vscode-theme-defaults-themes-light_modern-json/,
  'Default High Contrast': /\bhc-black\b/,
  'Default High Contrast Light': /\bhc-light\b/,
} as const;

export type Theme = keyof typeof themes;
