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

/** What may have gone wrong. */
export function troubleFor(job: Job): readonly string[] {
  return [
    `invalid_syntax in ${job.path}`,
    `tests failed after ${job.verb} of ${job.path}`,
    `type error in ${job.path}`,
  ];
}
