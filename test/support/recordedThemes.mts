import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './paths.mts';

/** What VS Code gives to a webview in one of its themes; recorded by `themes.mts`. */
export interface Recorded {
  /** Version of the VS Code that it was recorded from. */
  readonly vscode: string;
  /** Classes of the body. */
  readonly body: string;
  /** Data attributes of the body. */
  readonly data: Readonly<Record<string, string>>;
  /** Variables of the html element, by name. */
  readonly variables: Readonly<Record<string, string>>;
}

export const themeNames = ['dark', 'light', 'high-contrast', 'high-contrast-light'] as const;
export type ThemeName = (typeof themeNames)[number];

const file = (name: string): string => readFileSync(path.join(root, 'test', 'fixtures', 'themes', name), 'utf8');

export const recordedTheme = (name: ThemeName): Recorded => JSON.parse(file(`${name}.json`)) as Recorded;

/** The style sheet that VS Code puts before a webview's own. */
export const defaultStyles = (): string => file('default.css');
