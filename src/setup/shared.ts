/*
 * What command line, commands and set-up all use of this folder, which is therefore built once for all of them: the build reads
 * the list from here, and whoever else imports one of these files gets that copy. The hook has copies of its own.
 */
export * from './atomicFile.ts';
export * from './claude/entries.ts';
export * from './claude/node.ts';
export * from './claude/programs.ts';
export * from './connections.ts';
export * from './problem.ts';
export * from './repository.ts';
