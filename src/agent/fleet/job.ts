/** One piece of work as it stands in a queue: `analyze:src/api/server.ts`. */
export interface Job {
  /** The text itself, which is also the task's id. */
  readonly text: string;
  readonly verb: Verb;
  readonly path: string;
}

export const verbs = ['analyze', 'edit', 'test', 'review'] as const;
export type Verb = (typeof verbs)[number];

/** Null for a text that is no job of ours; whoever pushed it will not get an answer. */
export function parseJob(text: string): Job | null {
  const colon = text.indexOf(':');
  const verb = verbs.find((each) => each === text.slice(0, colon));
  const path = text.slice(colon + 1);
  // Only a plain relative path: a job comes out of a shared list, and the path is opened below the sample workspace.
  const isPlain = /^[\w.-]+(\/[\w.-]+)*$/.test(path) && !path.split('/').includes('..');
  return verb !== undefined && isPlain ? { text, verb, path } : null;
}
