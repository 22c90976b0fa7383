import { createInterface } from 'node:readline';
import { root } from './paths.mts';
import path from 'node:path';
import { spawnGuarded } from './guarded.mts';

/** A running demo: a Redis of its own, a sample workspace, and a simulated fleet at work in it. */
export interface Demo {
  readonly url: string;
  readonly namespace: string;
  readonly folder: string;
  /** Settles when the demo has ended, by itself or by `stop`. */
  readonly exited: Promise<number>;
  stop(): Promise<number>;
}

/** Starts the demo from `dist/` and waits until its fleet can be looked at. It ends with this process. */
export async function startDemo(agents: number, env: NodeJS.ProcessEnv): Promise<Demo> {
  const script = path.join(root, 'dist', 'signalbox.cjs');
  const demo = spawnGuarded(process.execPath, [script, 'demo', '--agents', String(agents), '--json'], { env });
  let errors = '';
  demo.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  const lines = createInterface({ input: demo.stdout });
  const first = await new Promise<string>((resolve, reject) => {
    lines.once('line', resolve);
    void demo.exited.then((code) => reject(new Error(`The demo did not start (${String(code)}).\n${errors}`)));
  });
  // What it says later is of no interest, but has to be read.
  lines.on('line', () => undefined);
  const { url, namespace, folder } = JSON.parse(first) as Record<string, unknown>;
  if (typeof url !== 'string' || typeof namespace !== 'string' || typeof folder !== 'string') {
    await demo.stop();
    throw new Error(`The demo said something unexpected: ${first}`);
  }
  return { url, namespace, folder, exited: demo.exited, stop: () => demo.stop() };
}
