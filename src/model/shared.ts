/*
 * The picture, which window and command line both have, and which is therefore built once for both: the build reads the list
 * from here, and whoever else imports one of these files gets that copy.
 */
export * from './agentBook.ts';
export * from './agentRecord.ts';
export * from './agentShelf.ts';
export * from './attention.ts';
export * from './attentionIds.ts';
export * from './attentionList.ts';
export * from './attentionText.ts';
export * from './blank.ts';
export * from './books.ts';
export * from './changeEvent.ts';
export * from './chronicle.ts';
export * from './claimStore.ts';
export * from './connectionBook.ts';
export * from './dueNamespaces.ts';
export * from './fleetModel.ts';
export * from './growth.ts';
export * from './guard.ts';
export * from './herald.ts';
export * from './hookRecord.ts';
export * from './keys/keyBook.ts';
export * from './leaseBook.ts';
export * from './levelOne.ts';
export * from './liveness.ts';
export * from './lockSweeps.ts';
export * from './mailBook.ts';
export * from './names.ts';
export * from './ongoing.ts';
export * from './outcomeText.ts';
export * from './overdue.ts';
export * from './pauseBook.ts';
export * from './prerequisites.ts';
export * from './processWatch.ts';
export * from './queueBook.ts';
export * from './queueFigures.ts';
export * from './queueFlow.ts';
export * from './sorting.ts';
export * from './statusJson.ts';
export * from './sweeps.ts';
export * from './taskBook.ts';
export * from './waitBook.ts';
export * from './wish.ts';
