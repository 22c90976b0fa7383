import { clientOf, type Redis } from '../client.ts';
import { clusterNodes, isCluster, owns, type ClusterNode } from '../cluster.ts';

/** A server that may be written to, and a key that it owns. */
export interface Primary {
  node: Redis;
  key: string;
}

/**
 * The servers of which each needs its own copy of a library: the one that `client` is connected to, or every primary of
 * its cluster. `key` is given a hash tag where only that puts it on the node; whoever looks at the same cluster gets the
 * same. The connections to other nodes are closed again.
 */
export async function* primaries(client: Redis, key: string): AsyncGenerator<Primary> {
  if (!(await isCluster(client))) {
    yield { node: client, key };
    return;
  }
  for (const owner of await clusterNodes(client)) {
    const tagged = await keyIn(client, key, owner);
    if (owner.isSelf) {
      yield { node: client, key: tagged };
      continue;
    }
    const node = await clientOf(client, owner);
    node.on('error', () => {});
    try {
      await node.connect();
      yield { node, key: tagged };
    } finally {
      node.disconnect();
    }
  }
}

/** The key with the smallest number as a tag that puts it onto the node. */
async function keyIn(client: Redis, key: string, node: ClusterNode): Promise<string> {
  for (let n = 0; ; n++) {
    const tagged = `${key}:{${n}}`;
    if (owns(node, (await client.call('CLUSTER', 'KEYSLOT', tagged)) as number)) return tagged;
  }
}
