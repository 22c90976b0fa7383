type Child = Node | string | null | undefined | false;

/** What an element begins with: its attributes, of which `true` is one without a value and `false` none at all. */
export type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Makes an element. Texts become text nodes, so that nothing that agents wrote is ever read as markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(made, name, value);
  for (const child of children) if (child !== null && child !== undefined && child !== false) made.append(child);
  return made;
}

/** Sets an attribute, or takes it away where the value says so. Does nothing where it is that already. */
export function setAttribute(target: Element, name: string, value: Attributes[string]): void {
  if (value === null || value === undefined || value === false) target.removeAttribute(name);
  else {
    const text = value === true ? '' : String(value);
    if (target.getAttribute(name) !== text) target.setAttribute(name, text);
  }
}

/** Sets an element's text, if it is another one. */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
