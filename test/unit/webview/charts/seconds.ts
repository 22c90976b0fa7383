import type { Now, Second } from '../../../../src/protocol/panel/picture.ts';
import { now, second as told } from '../told.ts';

export { begin } from '../told.ts';

/** A second in which nothing happened, but what is given. Durations are of broadcasts. */
export function second(index: number, what: Partial<Second> & { readonly ms?: readonly number[] } = {}): Second {
  const { ms = [], ...others } = what;
  return { ...told(index, { messagesMs: ms, messages: ms.length }), ...others };
}

/** Figures of a fleet in which nothing happened, connected to a server on this machine. */
export function figures(what: Partial<Now> = {}): Now {
  const { connection, measure } = now();
  return now({
    p95Of: 'probe',
    connection: { ...connection, namespaces: [''] },
    measure: { ...measure, clock: 'same', offsetMs: 0, errorMs: 0, probe: 'broadcast' },
    ...what,
  });
}
