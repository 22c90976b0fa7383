import { seqKey } from '../protocol/names.ts';
import type { Redis } from './client.ts';

/** A server of a cluster, by the address that it has there. */
export interface Endpoint {
  host: string;
  port: number;
}

/** A primary of a cluster with the slots that it owns. */
export interface ClusterNode extends Endpoint {
  /** It is the one that was asked. */
  isSelf: boolean;
  slots: readonly (readonly [from: number, to: number])[];
}

/** Whether the server is a node of a cluster. What may not be asked is not. */
export async function isCluster(client: Redis): Promise<boolean> {
  const info = await client.info('cluster').catch((error: unknown) => {
    if (error instanceof Error && /^(NOPERM|ERR)/.test(error.message)) return '';
    throw error;
  });
  return /^cluster_enabled:1/m.test(info);
}

/** The primaries that own slots. */
export async function clusterNodes(client: Redis): Promise<ClusterNode[]> {
  return parseNodes((await client.call('CLUSTER', 'NODES')) as string);
}

/** The primaries of the text that CLUSTER NODES gives. A node that knows no address of its own has an empty host. */
export function parseNodes(text: string): ClusterNode[] {
  const nodes: ClusterNode[] = [];
  for (const line of text.split('\n')) {
    const [, address = '', flags = '', , , , , , ...ranges] = line.trim().split(' ');
    const words = flags.split(',');
    if (!words.includes('master') || /fail|noaddr|handshake/.test(flags)) continue;
    const [, host = '', port = ''] = /^(.*):(\d+)(?:@\d+)?/.exec(address) ?? [];
    const slots = ranges
      .filter((range) => /^\d+(-\d+)?$/.test(range))
      .map((range) => range.split('-').map(Number))
      .map(([from = 0, to = from]) => [from, to] as const);
    if (slots.length > 0) nodes.push({ host, port: Number(port), isSelf: words.includes('myself'), slots });
  }
  return nodes;
}

export const owns = (node: ClusterNode, slot: number): boolean =>
  node.slots.some(([from, to]) => slot >= from && slot <= to);

/** Whether all keys of a namespace are on one node of a cluster: only what stands in braces decides where a key is. */
export const isTagged = (ns: string): boolean => /^[^{]*\{[^}]+\}/.test(ns);

/** The node that a namespace's keys are on; undefined where they are spread, or the cluster has no node for them. */
export async function nodeOf(client: Redis, ns: string): Promise<ClusterNode | undefined> {
  if (!isTagged(ns)) return undefined;
  const slot = (await client.call('CLUSTER', 'KEYSLOT', ns + seqKey)) as number;
  return (await clusterNodes(client)).find((node) => owns(node, slot));
}
