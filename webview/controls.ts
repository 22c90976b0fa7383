/**
 * The only user of the toolkit: who wants other controls changes this file. Of the toolkit come buttons, boxes to check
 * and fields to type in. Its badge, tag and data grid do not, since the first two break a strict policy for content and the
 * last is slow; nor its dropdown, which with a thousand agents is slower than the browser's own, and as large as all the
 * rest of it together. Plain elements do as well.
 */
import { vsCodeButton } from '@vscode/webview-ui-toolkit/dist/button/index.js';
import { vsCodeCheckbox, type Checkbox } from '@vscode/webview-ui-toolkit/dist/checkbox/index.js';
import { vsCodeTextField, type TextField } from '@vscode/webview-ui-toolkit/dist/text-field/index.js';
import { element, setAttribute, setText } from './dom.ts';
import { define } from './toolkit/define.ts';

/** Makes the controls known to the page; before anything is made. */
export function registerControls(): void {
  define('vscode', [vsCodeButton(), vsCodeCheckbox(), vsCodeTextField()]);
}

/** The toolkit's elements have no entries in the table of tags. */
const control = <T extends HTMLElement>(name: string): T => document.createElement(`vscode-${name}`) as T;

export interface ButtonOptions {
  /** What stands on it; of an icon button, what it is called. */
  readonly label: string;
  /** Longer words for the tooltip. */
  readonly title?: string;
  readonly onClick: () => void;
  /** A character to stand in its place. */
  readonly icon?: string;
  readonly isPrimary?: boolean;
}

export interface Button {
  readonly element: HTMLElement;
  /** Changes what stands on it. */
  relabel(label: string, title?: string): void;
  enable(on: boolean): void;
}

export function button(options: ButtonOptions): Button {
  const made = control<HTMLElement & { disabled: boolean }>('button');
  const relabel = (label: string, title?: string): void => {
    // As the name it must have what is seen in it, so that it can be said.
    if (options.icon === undefined) setText(made, label);
    else setAttribute(made, 'aria-label', label);
    setAttribute(made, 'title', title ?? (options.icon === undefined ? null : label));
  };
  if (options.icon !== undefined) made.textContent = options.icon;
  made.setAttribute('appearance', options.icon !== undefined ? 'icon' : options.isPrimary ? 'primary' : 'secondary');
  relabel(options.label, options.title);
  made.addEventListener('click', options.onClick);
  return {
    element: made,
    relabel,
    enable: (on) => {
      made.disabled = !on;
    },
  };
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export interface DropdownOptions {
  readonly label: string;
  readonly title?: string;
  readonly choices: readonly Choice[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export interface Choosing {
  readonly element: HTMLElement;
  readonly value: string;
  /** Offers these instead. While somebody is at the list it stays as it is, and becomes this when they open or leave it. */
  offer(choices: readonly Choice[], value: string): void;
}

/**
 * A list to choose one of. Long ones are made when somebody comes near: a thousand choices that nobody opens would cost
 * more than the rest of the page.
 */
export function dropdown(options: DropdownOptions): Choosing {
  const made = element('select', {
    class: 'choice',
    'aria-label': options.label,
    title: options.title ?? options.label,
  });
  let { choices, value } = options;
  /** What is in the list, to see whether it is still what it should be. */
  let inside: readonly Choice[] = [];

  const fill = (isNear: boolean): void => {
    const isLong = choices.length > fewChoices;
    const wanted = isLong && !isNear ? choices.filter((choice) => choice.value === value) : choices;
    if (!isSame(wanted, inside)) {
      inside = wanted;
      made.replaceChildren(...wanted.map((choice) => element('option', { value: choice.value }, choice.label)));
      made.classList.toggle('is-long', isLong);
    }
    if (made.value !== value) made.value = value;
  };
  const isHeld = (): boolean => document.activeElement === made;

  made.addEventListener('pointerdown', () => fill(true));
  made.addEventListener('focus', () => fill(true));
  made.addEventListener('blur', () => fill(false));
  made.addEventListener('change', () => {
    if (made.value === value) return;
    ({ value } = made);
    options.onChange(value);
  });
  fill(false);
  return {
    element: made,
    get value() {
      return value;
    },
    offer(offered, wanted) {
      choices = offered;
      const isOther = value !== wanted;
      value = wanted;
      if (!isHeld()) fill(false);
      else if (isOther && made.value !== wanted) fill(true);
    },
  };
}

const fewChoices = 20;

const isSame = (a: readonly Choice[], b: readonly Choice[]): boolean =>
  a.length === b.length && a.every(({ value, label }, i) => value === b[i]!.value && label === b[i]!.label);

export interface TextFieldOptions {
  readonly label: string;
  readonly title?: string;
  readonly placeholder?: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly maxLength?: number;
}

export interface Typing {
  readonly element: HTMLElement;
  value: string;
  /** Marks what was typed as wrong, and says why; null where it is right. */
  complain(why: string | null): void;
}

export function textField(options: TextFieldOptions): Typing {
  const made = control<TextField>('text-field');
  name(made, options.label);
  setAttribute(made, 'title', options.title);
  setAttribute(made, 'placeholder', options.placeholder);
  setAttribute(made, 'maxlength', options.maxLength);
  made.setAttribute('value', options.value);
  made.addEventListener('input', () => options.onInput(made.value));
  return {
    element: made,
    get value() {
      return made.value;
    },
    set value(text) {
      made.value = text;
    },
    complain(why) {
      setAttribute(made, 'aria-invalid', why === null ? null : 'true');
      setAttribute(made, 'title', why ?? options.title);
    },
  };
}

/** Names a text field. The toolkit's own takes its visible content for a name, and where it has none calls itself so. */
function name(field: TextField, label: string): void {
  const put = (): void => setAttribute(field, 'aria-label', label);
  put();
  new MutationObserver(put).observe(field, { attributes: true, attributeFilter: ['aria-label'] });
}

export interface CheckboxOptions {
  readonly label: string;
  readonly title?: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

export interface Checking {
  readonly element: HTMLElement;
  checked: boolean;
}

export function checkbox(options: CheckboxOptions): Checking {
  const made = control<Checkbox>('checkbox');
  made.textContent = options.label;
  setAttribute(made, 'title', options.title);
  let checked = options.checked;
  if (checked) made.setAttribute('checked', '');
  made.addEventListener('change', () => {
    // Also fired where the page itself sets it.
    if (made.checked === checked) return;
    checked = made.checked;
    options.onChange(checked);
  });
  return {
    element: made,
    get checked() {
      return checked;
    },
    set checked(on) {
      checked = on;
      made.checked = on;
    },
  };
}
