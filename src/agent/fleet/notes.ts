import type { Job, Verb } from './job.ts';

const doing: Record<Verb, readonly string[]> = {
  analyze: ['reading the file', 'following its imports', 'counting who calls it', 'writing down what it found'],
  edit: [
    'adding a check for empty input',
    'splitting a long function',
    'naming things better',
    'handling the error case',
  ],
  test: ['writing a test for the happy path', 'running the tests', 'looking at a failing assertion'],
  review: ['reading the latest change', 'comparing with the conventions', 'asking about an edge case'],
};

/** What an agent may say it is doing. */
export function notesFor(job: Job): readonly string[] {
  return doing[job.verb];
}

/** What may have gone wrong. Few, and without the file: the same trouble again is one row of what needs attention. */
export const troubles: readonly string[] = ['tests failed', 'type check failed'];

/** What a look at another's work comes to. */
export const verdicts: readonly string[] = ['looks good', 'one remark', 'two remarks'];
