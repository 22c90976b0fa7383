/** User settings of a VS Code that says nothing of its own accord: no welcome, no tips, no updates, no trust prompt. */
export const quietSettings: Readonly<Record<string, unknown>> = {
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'extensions.autoUpdate': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'workbench.enableExperiments': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'security.workspace.trust.enabled': false,
  'chat.disableAIFeatures': true,
  'remote.autoForwardPorts': false,
  'git.openRepositoryInParentFolders': 'never',
  'window.restoreWindows': 'none',
  'files.hotExit': 'off',
};

/** On top of them, for a VS Code that trusts no folder and does not ask whether it should. */
export const restrictedSettings: Readonly<Record<string, unknown>> = {
  'security.workspace.trust.enabled': true,
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
};

/** VS Code's own themes: how the theme picker calls each, and the class by which the workbench shows it. */
export const themes = {
  'Default Dark Modern': { label: 'Dark Modern', shown: /theme-defaults-themes-dark_modern-json/ },
  'Default Light Modern': { label: 'Light Modern', shown: /theme-defaults-themes-light_modern-json/ },
  'Default High Contrast': { label: 'Dark High Contrast', shown: /\bhc-black\b/ },
  'Default High Contrast Light': { label: 'Light High Contrast', shown: /\bhc-light\b/ },
} as const;

export type Theme = keyof typeof themes;
