/**
 * Stands in the bundle for the toolkit's design tokens: the same names, but the theme's variables as they are, where the
 * toolkit copies each into one of its own by script whenever the theme changes.
 */
const theme = (name: string, otherwise?: string): string =>
  `var(--vscode-${name}${otherwise === undefined ? '' : `, ${otherwise}`})`;

export const borderWidth = '1';
export const cornerRadius = '0';
export const cornerRadiusRound = '2';
export const designUnit = '4';
export const disabledOpacity = '0.4';
export const contrastActiveBorder = theme('contrastActiveBorder', 'transparent');
export const focusBorder = theme('focusBorder');
export const fontFamily = theme('font-family');
export const foreground = theme('foreground');
export const inputHeight = '26';
export const inputMinWidth = '100px';
export const typeRampBaseFontSize = theme('font-size');
export const typeRampBaseLineHeight = 'normal';

// A theme for high contrast has borders in place of backgrounds.
export const buttonBorder = theme('button-border', 'transparent');
export const buttonIconBackground = 'transparent';
export const buttonIconCornerRadius = '5px';
export const buttonIconFocusBorderOffset = '0';
export const buttonIconHoverBackground = theme('toolbar-hoverBackground', 'transparent');
export const buttonIconPadding = '3px';
export const buttonPaddingHorizontal = '11px';
export const buttonPaddingVertical = '4px';
export const buttonPrimaryBackground = theme('button-background', 'transparent');
export const buttonPrimaryForeground = theme('button-foreground');
export const buttonPrimaryHoverBackground = theme('button-hoverBackground', buttonPrimaryBackground);
export const buttonSecondaryBackground = theme('button-secondaryBackground', 'transparent');
export const buttonSecondaryForeground = theme('button-secondaryForeground', foreground);
export const buttonSecondaryHoverBackground = theme('button-secondaryHoverBackground', buttonSecondaryBackground);

export const checkboxBackground = theme('checkbox-background', 'transparent');
export const checkboxBorder = theme('checkbox-border', foreground);
export const checkboxCornerRadius = '3';
export const dropdownBorder = theme('dropdown-border', 'transparent');
export const inputBackground = theme('input-background', 'transparent');
export const inputForeground = theme('input-foreground');
