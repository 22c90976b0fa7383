/*
 * What picture, commands, connection, command line and set-up all use of this folder, which is therefore built once for all of
 * them: the build reads the list from here, and whoever else imports one of these files gets that copy. The starter and the
 * hook have copies of their own, since they load next to nothing.
 */
export * from './activity.ts';
export * from './bashResources.ts';
export * from './changes.ts';
export * from './clock.ts';
export * from './decode.ts';
export * from './displayText.ts';
export * from './durationWords.ts';
export * from './emitter.ts';
export * from './eventFields.ts';
export * from './json.ts';
export * from './keyEvents.ts';
export * from './keyTable.ts';
export * from './names.ts';
export * from './overlap.ts';
export * from './payload.ts';
export * from './person.ts';
export * from './phases.ts';
export * from './readDuration.ts';
export * from './redisCli.ts';
export * from './resources.ts';
export * from './setOut.ts';
export * from './snapshotItems.ts';
export * from './stamp.ts';
export * from './tasks.ts';
export * from './version.ts';
