import fc from 'fast-check';
import { claimCommands, universe } from '../../support/claimCommands.ts';
import { ClaimsModel } from '../../support/claimsModel.ts';
import { ClaimsWorld } from '../../support/claimsWorld.ts';
import { LibraryRig } from '../../support/libraryRig.ts';

const long = process.env['TEST_LONG'] !== undefined;

describe('claims, by a model that is obviously right', () => {
  let rig: LibraryRig;
  before(async () => {
    rig = await LibraryRig.start({ movable: true });
  });
  after(() => rig.dispose());

  it('exclude each other, end, return, and go on in order, with a history that tells it all (invariants 2, 3, 8, 9)', async function () {
    this.timeout(long ? 1_800_000 : 60_000);
    const property = fc.asyncProperty(claimCommands(long ? 80 : 30), async (commands) => {
      const world = await ClaimsWorld.begin(rig, universe);
      await fc.asyncModelRun(() => ({ model: new ClaimsModel(), real: world }), commands);
    });
    const seed = Number(process.env['TEST_SEED'] ?? Date.now() % 2 ** 31);
    await fc.assert(property, {
      seed,
      numRuns: long ? 3_000 : 100,
      interruptAfterTimeLimit: long ? 1_500_000 : 40_000,
    });
  });
});
