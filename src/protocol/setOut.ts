import { limits } from './names.ts';

/** So many parts of a text are set out between two breaths. */
const stretch = 2_000;

/**
 * JSON with each member on a line of its own, two spaces a level; null for what is no JSON object or list, or is deeper
 * than a state may be. Only the space between the parts is changed: numbers keep all their digits, and a name that stands
 * there twice is still there twice.
 */
export function setOut(text: string): string | null {
  const steps = setOutInSteps(text);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** As {@link setOut}, of a text that stands `level` levels deep in another, with a breath now and then. */
export function* setOutInSteps(text: string, level = 0): Generator<void, string | null> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return null;
  } catch {
    return null;
  }
  let out = '';
  let depth = level;
  let isEmpty = false;
  let parts = 0;
  const newLine = (): void => {
    out += `\n${'  '.repeat(depth)}`;
  };
  for (const [part] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/gs)) {
    const closes = part === '}' || part === ']';
    if (closes) {
      depth -= 1;
      if (!isEmpty) newLine();
    } else if (isEmpty) newLine();
    isEmpty = part === '{' || part === '[';
    out += part === ':' ? ': ' : part;
    if (isEmpty) depth += 1;
    if (depth - level > 2 * limits.depth) return null;
    if (part === ',') newLine();
    if (++parts % stretch === 0) yield;
  }
  return out;
}
