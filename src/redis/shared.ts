/*
 * What command line, commands, connection and set-up all use of this folder, which is therefore built once for all of them:
 * the build reads the list from here, and whoever else imports one of these files gets that copy.
 */
export * from './client.ts';
export * from './cluster.ts';
export * from './connection.ts';
export * from './diagnose.ts';
export * from './keys/exclusively.ts';
export * from './library/calls.ts';
export * from './library/failures.ts';
export * from './library/find.ts';
export * from './library/inLine.ts';
export * from './library/load.ts';
export * from './library/primaries.ts';
export * from './localServer.ts';
export * from './opening.ts';
export * from './options.ts';
export * from './passing.ts';
export * from './reason.ts';
export * from './redact.ts';
export * from './rights.ts';
export * from './route.ts';
export * from './serverFacts.ts';
export * from './userError.ts';
export * from './whereOf.ts';
