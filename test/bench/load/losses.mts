import type { Figure } from '../../support/figures.mts';
import type { PublisherSeen } from './publisher.ts';
import type { SupervisorSeen } from './supervisor.ts';

/** How a scenario ended. */
export interface Outcome {
  readonly publisher: PublisherSeen;
  readonly supervisor: SupervisorSeen;
  /** The number of the last change on the server that is there at the end. */
  readonly last: number;
}

/** What a supervisor missed or told twice, where no word of its said that history was cut or is another one. */
export interface Losses {
  readonly lost: number;
  readonly doubled: number;
  readonly words: string[];
}

/**
 * A supervisor tells in stretches, each of which begins with a snapshot: within one, every number has to come once. Who
 * published knows which numbers there must be.
 */
export function lossesOf({ publisher, supervisor, last }: Outcome): Losses {
  const { stretches } = supervisor;
  let [lost, doubled] = [0, 0];
  for (const [i, { from, told }] of stretches.entries()) {
    const distinct = new Set(told.filter((seq) => seq > from));
    doubled += told.length - distinct.size;
    const end = i === stretches.length - 1 ? last : Math.max(from, ...distinct);
    lost += end - from - distinct.size;
  }
  const words = stretches.flatMap(({ word }) => word ?? []);
  if (words.length > 0 || stretches.length !== 1) return { lost, doubled, words };
  const told = new Set(stretches[0]?.told);
  return { lost: Math.max(lost, publisher.accepted.filter((seq) => !told.has(seq)).length), doubled, words };
}

export function lossFigures(name: string, outcome: Outcome, expected: readonly string[]): Figure[] {
  const { lost, doubled, words } = lossesOf(outcome);
  const { sent, accepted, failures } = outcome.publisher;
  const told = outcome.supervisor.stretches.reduce((sum, stretch) => sum + stretch.told.length, 0);
  const said = words.length === 0 ? 'nothing' : words.join(', ');
  return [
    { name, value: `${String(sent)} sent, ${String(accepted.length)} accepted and known, ${String(told)} told` },
    {
      name: `${name}: lost, doubled`,
      value: `${String(lost)}, ${String(doubled)}; ${String(outcome.supervisor.recovered)} recovered`,
      bound: { text: '0, 0', holds: lost === 0 && doubled === 0 && told > 0 },
    },
    {
      name: `${name}: was said`,
      value: said,
      bound: {
        text: expected.length === 0 ? 'nothing' : expected.join(', '),
        holds: String(words) === String(expected),
      },
    },
    ...(failures.length > 0 ? [{ name: `${name}: calls failed by`, value: failures.join('; ').slice(0, 100) }] : []),
  ];
}
