import type { Redis } from '../client.ts';

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
  const nodes = (await client.call('CLUSTER', 'NODES')) as string;
  for (const { host, port, slots } of parseNodes(nodes)) {
    const node = client.duplicate({ host: host === '' ? client.options.host! : host, port });
    node.on('error', () => {});
    try {
      await node.connect();
      yield { node, key: await keyIn(client, key, slots) };
    } finally {
      node.disconnect();
    }
  }
}

/** Whether the server is a node of a cluster. */
export async function isCluster(client: Redis): Promise<boolean> {
  const info = await client.info('cluster').catch(() => '');
  return /^cluster_enabled:1/m.test(info);
}

interface Node {
  host: string;
  port: number;
  slots: [from: number, to: number][];
}

/** The primaries that own slots, of the text that CLUSTER NODES gives. */
export function parseNodes(text: string): Node[] {
  const nodes: Node[] = [];
  for (const line of text.split('\n')) {
    const [, address = '', flags = '', , , , , , ...ranges] = line.trim().split(' ');
    if (!flags.split(',').includes('master') || /fail|noaddr|handshake/.test(flags)) continue;
    const [, host = '', port = ''] = /^(.*):(\d+)(?:@\d+)?/.exec(address) ?? [];
    const slots = ranges
      .filter((range) => /^\d+(-\d+)?$/.test(range))
      .map((range) => range.split('-').map(Number))
      .map(([from = 0, to = from]): [number, number] => [from, to]);
    if (slots.length > 0) nodes.push({ host, port: Number(port), slots });
  }
  return nodes;
}

/** The key with the smallest number as a tag that puts it into one of the slots. */
async function keyIn(client: Redis, key: string, slots: Node['slots']): Promise<string> {
  for (let n = 0; ; n++) {
    const tagged = `${key}:{${n}}`;
    const slot = (await client.call('CLUSTER', 'KEYSLOT', tagged)) as number;
    if (slots.some(([from, to]) => slot >= from && slot <= to)) return tagged;
  }
}
