import { Emitter } from '../src/protocol/emitter.ts';
import type { Theme } from './page.ts';

/** VS Code's variables, and what is taken where a theme leaves one out. */
const read = (style: CSSStyleDeclaration, name: string, otherwise: string): string =>
  style.getPropertyValue(`--vscode-${name}`).trim() || otherwise;

interface Rgb {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

/** Any CSS colour as numbers, however little of it would be seen: a canvas gives back what it was told in one of two forms. */
function parsed(color: string): Rgb {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return { r: 128, g: 128, b: 128 };
  context.fillStyle = color;
  const plain = context.fillStyle;
  if (plain.startsWith('#')) {
    const value = Number.parseInt(plain.slice(1, 7), 16);
    return { r: (value >> 16) & 0xff, g: (value >> 8) & 0xff, b: value & 0xff };
  }
  const [r = 128, g = 128, b = 128] = (plain.match(/[\d.]+/g) ?? []).map(Number);
  return { r, g, b };
}

const text = ({ r, g, b }: Rgb): string => `rgb(${String(r)}, ${String(g)}, ${String(b)})`;

/** So much of another colour in one. */
function mixed(color: string, other: string, part: number): string {
  const [a, b] = [parsed(color), parsed(other)];
  const mix = (one: number, two: number): number => Math.round(one * (1 - part) + two * part);
  return text({ r: mix(a.r, b.r), g: mix(a.g, b.g), b: mix(a.b, b.b) });
}

function colorsOf(style: CSSStyleDeclaration, isHighContrast: boolean): Theme['colors'] {
  const foreground = read(style, 'foreground', '#808080');
  const muted = isHighContrast ? foreground : read(style, 'descriptionForeground', foreground);
  const border = isHighContrast
    ? read(style, 'contrastBorder', foreground)
    : read(style, 'panel-border', 'rgba(128, 128, 128, 0.35)');
  // VS Code's own orange is that of a mark in the minimap, of which a third is seen: as a line it would be none. Where a
  // theme has no colour of that name, ours goes a little towards the text's, so that it can be seen on any background.
  const chart = (name: string, otherwise: string): string => {
    const own = read(style, `charts-${name}`, '');
    return own === '' ? mixed(otherwise, foreground, 0.25) : text(parsed(own));
  };
  const blue = chart('blue', '#3794ff');
  return {
    foreground,
    muted,
    background: read(style, 'editor-background', 'transparent'),
    grid: isHighContrast ? border : 'rgba(128, 128, 128, 0.2)',
    border,
    focus: read(style, 'focusBorder', blue),
    series: {
      blue,
      green: chart('green', '#89d185'),
      orange: chart('orange', '#d18616'),
      red: chart('red', '#f14c4c'),
    },
    more: { yellow: chart('yellow', '#cca700'), purple: chart('purple', '#b180d7'), foreground },
    heat: parsed(blue),
  };
}

/** The theme of the window; reads it anew when VS Code changes it, which it tells by the body's class and the variables. */
export class WindowTheme implements Theme {
  readonly #changed = new Emitter<void>();
  #colors!: Theme['colors'];
  #isHighContrast = false;
  #font = '';

  readonly onDidChange = this.#changed.event;

  constructor() {
    this.#read();
    let isDue = false;
    const observer = new MutationObserver(() => {
      // Both change at once, and what they mean is only read when both have.
      if (isDue) return;
      isDue = true;
      requestAnimationFrame(() => {
        isDue = false;
        if (this.#read()) this.#changed.fire();
      });
    });
    observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
  }

  get colors(): Theme['colors'] {
    return this.#colors;
  }

  get isHighContrast(): boolean {
    return this.#isHighContrast;
  }

  get font(): string {
    return this.#font;
  }

  /** @returns whether anything is another than before */
  #read(): boolean {
    const style = getComputedStyle(document.documentElement);
    const { classList } = document.body;
    const isHighContrast =
      classList.contains('vscode-high-contrast') || classList.contains('vscode-high-contrast-light');
    const colors = colorsOf(style, isHighContrast);
    const font = read(style, 'font-family', 'sans-serif');
    const isSame =
      isHighContrast === this.#isHighContrast &&
      font === this.#font &&
      JSON.stringify(colors) === JSON.stringify(this.#colors);
    this.#colors = colors;
    this.#isHighContrast = isHighContrast;
    this.#font = font;
    return !isSame;
  }
}
