import { element, setAttribute } from '../dom.ts';

/** A field that suggests. A plain one: the toolkit's cannot reach a list of suggestions from inside itself. */
export interface Suggesting {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  offer(texts: readonly string[]): void;
}

export interface SuggestingOptions {
  readonly id: string;
  readonly label: string;
  readonly title?: string;
  readonly placeholder?: string;
  readonly value: string;
  readonly maxLength: number;
  readonly onInput: (value: string) => void;
  /** Called when the suggestions may be wanted. */
  readonly suggest: () => readonly string[];
}

export function suggestingField(options: SuggestingOptions): Suggesting {
  const list = element('datalist', { id: `${options.id}-list` });
  const input = element('input', {
    id: options.id,
    class: 'console-input',
    type: 'text',
    list: list.id,
    'aria-label': options.label,
    title: options.title,
    placeholder: options.placeholder,
    maxlength: options.maxLength,
    autocomplete: 'off',
    spellcheck: 'false',
  });
  input.value = options.value;
  input.addEventListener('input', () => options.onInput(input.value));
  let offered = '';
  const offer = (texts: readonly string[]): void => {
    const key = JSON.stringify(texts);
    if (key === offered) return;
    offered = key;
    list.replaceChildren(...texts.map((text) => element('option', { value: text })));
  };
  for (const near of ['focus', 'pointerenter', 'input']) input.addEventListener(near, () => offer(options.suggest()));
  return { element: element('span', { class: 'console-suggesting' }, input, list), input, offer };
}

/** A field of one line that becomes a few when there is more in it. */
export function growingField(label: string, placeholder: string, value: string, maxLength: number) {
  const area = element('textarea', {
    class: 'console-input console-area',
    rows: 1,
    'aria-label': label,
    placeholder,
    maxlength: maxLength,
    autocomplete: 'off',
    spellcheck: 'false',
  });
  area.value = value;
  const fit = (): void => setAttribute(area, 'rows', Math.max(1, Math.min(6, area.value.split('\n', 6).length)));
  area.addEventListener('input', fit);
  fit();
  return { area, fit };
}
