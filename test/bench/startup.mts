import path from 'node:path';
import { copyExtension, emptyExtension } from '../support/benchExtensions.mts';
import { ExtensionHosts } from '../support/extensionHosts.mts';
import { atMost, type Bench, quantile } from '../support/figures.mts';
import { say } from '../support/progress.mts';
import { temporaryFolder } from '../support/temporary.mts';
import type { Activation, Took } from './host/activation.ts';

const ours = 'signalbox.signalbox';
const empty = 'signalbox.empty';
/** Comes before both and is not counted: what VS Code does at the first activation of all is nobody's own. */
const first = 'signalbox.first';
const rounds = 20;
const boundMs = 10;

/**
 * Each round is a fresh extension host that activates both extensions by `activate()`, which loads the code and waits
 * for what it returns. Which of them comes first alternates.
 */
export const bench: Bench = {
  about: 'activation with nothing configured, against an empty extension, in fresh extension hosts',
  async run() {
    const temporary = temporaryFolder('startup');
    const extensions = [
      copyExtension(path.join(temporary.folder, 'signalbox')),
      await emptyExtension(path.join(temporary.folder, 'empty'), 'empty'),
      await emptyExtension(path.join(temporary.folder, 'first'), 'first'),
    ];
    const hosts = await ExtensionHosts.start();
    const activations: Activation[] = [];
    try {
      for (let round = 0; round < rounds; round++) {
        const order = [first, ...(round % 2 === 0 ? [ours, empty] : [empty, ours])];
        const seen = await hosts.run<Activation>('test/bench/host/activation.ts', { extensions, input: order });
        activations.push(seen);
        say(order.map((id) => `${id} ${(seen[id]?.ms ?? NaN).toFixed(1)} ms`).join(', '));
      }
    } finally {
      await hosts.stop();
      temporary.remove();
    }
    const all = (id: string, of: keyof Took): number[] => activations.map((seen) => seen[id]?.[of] ?? NaN);
    const median = (values: readonly number[]): number => quantile(values, 0.5);
    const range = (values: readonly number[]): string =>
      `${median(values).toFixed(1)} ms (${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)})`;
    const more = (of: keyof Took): number => median(all(ours, of)) - median(all(empty, of));
    return [
      { name: 'rounds', value: String(rounds) },
      { name: 'Signalbox, median', value: range(all(ours, 'ms')) },
      { name: 'empty extension, median', value: range(all(empty, 'ms')) },
      { name: 'difference in processor time', value: `${more('cpuMs').toFixed(1)} ms` },
      atMost('difference', more('ms'), boundMs, 'ms'),
    ];
  },
};
