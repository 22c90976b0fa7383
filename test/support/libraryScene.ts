import type { Redis } from '../../src/redis/client.ts';
import type { LibraryRig } from './libraryRig.ts';

/** A call of every function that changes something in the scene of {@link setScene}, with the tokens of that. */
export interface GoodCall {
  name: string;
  resources: readonly string[];
  args: readonly string[];
  /** How many of the arguments may be left out. */
  optional?: number;
}

/**
 * Fills a fresh namespace with something of everything: agents, states, claims, one that a child has of its parent, one that
 * is over, a raw lock, waiters, a message and a pause. The rig's clock has to be movable.
 */
export async function setScene(rig: LibraryRig): Promise<GoodCall[]> {
  // What other scenes have left would only slow this one down.
  await rig.client.flushall();
  rig.fresh();
  await rig.call('hello', [], 'a', '', 'host', '1');
  await rig.call('publish', [], 'a', '0', '', '{"ver":1}');
  await rig.hold('c', ['over.ts'], 1_000);
  await rig.pass(2_000);
  const [token] = await rig.hold('a', ['src/a.ts']);
  const [lent] = await rig.hold('a', ['src/lent.ts']);
  await rig.hold('a/1', ['src/lent.ts']);
  const [folder] = await rig.hold('b', ['docs/']);
  await rig.client.set(rig.lock('raw.ts'), 'agent-7');
  await rig.call('claim', ['src/a.ts'], 'b', 60_000, 'a task', 'wait-b');
  await rig.call('claim', ['docs/x.md', 'src/lent.ts'], 'd', 60_000, '', 'wait-d');
  await rig.call('send', [], 'b', 'a', 'id-1', 'a message');
  await rig.call('control', [], 'person', 'c', 'pause', 'because');
  // As if a call of it waited for the end of that.
  await rig.client.zadd(rig.side('halted'), await rig.now(), 'c');
  // What is over is still to be ended by whoever calls next.
  await rig.hold('c', ['late.ts'], 1_000);
  await rig.pass(2_000);
  return [
    { name: 'hello', resources: [], args: ['b', '', 'host', '2', 'person', 'Ada'], optional: 5 },
    { name: 'publish', resources: [], args: ['b', '0', '7', '{"ver":7}'] },
    { name: 'claim', resources: ['new.ts', 'lib/'], args: ['b', '60000', 'a task', ''], optional: 2 },
    { name: 'claim', resources: ['src/a.ts'], args: ['c', '60000', 'a task', 'wait-c'], optional: 2 },
    { name: 'claim', resources: ['raw.ts'], args: ['c', '60000', 'a task', ''], optional: 2 },
    { name: 'renew', resources: ['src/a.ts', 'src/lent.ts'], args: ['a', String(token), String(lent)] },
    { name: 'release', resources: ['src/a.ts'], args: ['a', String(token)] },
    { name: 'release_all', resources: [], args: ['a/1'] },
    { name: 'cancel', resources: [], args: ['b', 'wait-b'] },
    { name: 'transfer', resources: ['docs/'], args: ['b', 'c', String(folder), '60000', 'because'] },
    { name: 'transfer', resources: ['src/a.ts'], args: ['person', '', String(token), '60000', 'because'] },
    { name: 'send', resources: [], args: ['c', '*', 'id-2', 'to all'] },
    { name: 'inbox', resources: [], args: ['a', '0-1', '10'] },
    { name: 'control', resources: [], args: ['person', 'c', 'resume', ''] },
    { name: 'control', resources: [], args: ['person', '*', 'pause', 'stop'] },
    { name: 'event', resources: [], args: ['c', 'unclaimed', 'x.ts', 'no claim'] },
    { name: 'observe', resources: ['raw.ts', 'src/a.ts', 'late.ts'], args: ['supervisor'] },
    { name: 'reap', resources: [], args: ['10'] },
  ];
}

export const make = (rig: LibraryRig, good: GoodCall, client: Redis = rig.client): Promise<string[]> =>
  rig.callBy(client, good.name, good.resources, ...good.args);

/** The how manieth call of a scene that is set anew, since the tokens differ. */
export async function sceneFor(rig: LibraryRig, index: number): Promise<GoodCall> {
  return (await setScene(rig))[index]!;
}
