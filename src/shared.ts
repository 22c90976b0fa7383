/** What is built once for window and command line: the lists say what. */
export * from './model/shared.ts';
export * from './protocol/shared.ts';
