/** What a component of the toolkit is to be shown as, and what a custom element of it needs to be told. */
interface Presentation {
  readonly template: unknown;
  readonly styles: unknown;
}

interface Definable {
  readonly name: string;
  readonly type: unknown;
  callback(this: void, context: unknown): void;
}

/** A component of the toolkit, before it has a place. */
export interface Component {
  register(container: never, context: never): unknown;
}

/**
 * Defines components as elements of this page. The toolkit's own way to do that resolves what they look like for each
 * place of the document by a container of services, which costs more than all that this page says of itself; here there
 * is one look, and it goes with the definition.
 */
export function define(prefix: string, components: readonly Component[]): void {
  const tags = new Map<unknown, string>();
  for (const component of components) {
    const context = {
      elementPrefix: prefix,
      tryDefineElement({ name, type, callback }: Definable) {
        tags.set(type, name);
        let look: Presentation;
        callback({
          name,
          type,
          container: null,
          willDefine: true,
          shadowRootMode: undefined,
          tagFor: (other: unknown) => tags.get(other),
          definePresentation: (presentation: Presentation) => void (look = presentation),
          defineElement(definition: object) {
            const { template, styles } = look;
            (type as Fast).define(type, { ...definition, name, template, styles });
          },
        });
      },
    };
    component.register(null as never, context as never);
  }
}

/** All classes of the library below have it from their base. */
interface Fast {
  define(type: unknown, definition: object): void;
}
