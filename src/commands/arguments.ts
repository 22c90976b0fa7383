/**
 * Reading what a command was called with. Menus, keybindings and other extensions may pass anything, and VS Code itself
 * passes a row or nothing: what is not of the wanted shape counts as not given, and the command asks.
 */
export function textOf(argument: unknown, name: string): string | undefined {
  const value = field(argument, name);
  return typeof value === 'string' ? value : undefined;
}

export function numberOf(argument: unknown, name: string): number | undefined {
  const value = field(argument, name);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function flagOf(argument: unknown, name: string): boolean | undefined {
  const value = field(argument, name);
  return typeof value === 'boolean' ? value : undefined;
}

/** A field, whatever it is; undefined where there is none of its own. */
export function field(argument: unknown, name: string): unknown {
  if (typeof argument !== 'object' || argument === null || !Object.hasOwn(argument, name)) return undefined;
  return (argument as Record<string, unknown>)[name];
}

/** Whether a program called, with an argument object of its own making, rather than a menu or a key. */
export function isAsked(argument: unknown): boolean {
  return typeof argument === 'object' && argument !== null && Object.getPrototypeOf(argument) === Object.prototype;
}
