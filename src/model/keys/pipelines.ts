import { activityOf } from '../../protocol/activity.ts';
import { isDone } from '../../protocol/tasks.ts';
import type { Premature } from '../prerequisites.ts';
import { byText, keyOf } from '../sorting.ts';
import type { KeyRecord } from './keyBook.ts';
import type { Pipeline, Step } from './runItems.ts';

/** Which step of which pipeline a key is about. */
export interface StepName {
  readonly pipeline: string;
  readonly step: string;
  readonly part: 'status' | 'results';
}

export interface StepKey extends StepName {
  readonly record: KeyRecord;
}

/**
 * `pipeline:step1:status` is a step of the pipeline `pipeline`, `shop:pipeline:build:step1:status` of `shop:pipeline:build`: the
 * last word says what of the step, the one before it which step.
 */
export function partOfStep(name: string): StepName | null {
  const words = name.split(':');
  const part = words.pop();
  const step = words.pop();
  if ((part !== 'status' && part !== 'results') || step === undefined || words.length === 0) return null;
  return { pipeline: words.join(':'), step, part };
}

/** Steps that have just been seen to begin before the one before them was done. Each beginning is answered once. */
export function prematureSteps(keys: readonly StepKey[]): Premature[] {
  const begun = new Map<string, string>();
  for (const { part, pipeline, step, record } of keys) {
    if (part === 'status' && record.status.takeBegun())
      begun.set(keyOf(record.ns, `${pipeline}:${step}`), record.seen.name);
  }
  if (begun.size === 0) return [];
  return pipelineItems(keys).flatMap(({ ns, name, steps }) =>
    steps.flatMap((step, i) => {
      const task = begun.get(keyOf(ns, `${name}:${step.name}`));
      const before = steps[i - 1];
      if (!step.isPremature || task === undefined || before === undefined) return [];
      return { ns, task, agent: null, missing: [before.name] };
    }),
  );
}

/** Pipelines with their steps in order, which is that of their names: `step2` before `step10`. */
export function pipelineItems(keys: readonly StepKey[]): Pipeline[] {
  const pipelines = new Map<string, { ns: string; name: string; steps: Map<string, StepKey[]> }>();
  for (const key of keys) {
    const id = keyOf(key.record.ns, key.pipeline);
    const pipeline = pipelines.get(id) ?? {
      ns: key.record.ns,
      name: key.pipeline,
      steps: new Map<string, StepKey[]>(),
    };
    pipelines.set(id, pipeline);
    pipeline.steps.set(key.step, [...(pipeline.steps.get(key.step) ?? []), key]);
  }
  return [...pipelines.values()].map(({ ns, name, steps }) => ({
    kind: 'pipeline',
    key: keyOf(ns, `pipeline ${name}`),
    ns,
    name,
    steps: inOrder(steps),
  }));
}

function inOrder(byName: ReadonlyMap<string, readonly StepKey[]>): Step[] {
  const steps: Step[] = [];
  for (const [name, keys] of [...byName].sort(([a], [b]) => byText(a, b))) {
    const status = keys.find(({ part }) => part === 'status')?.record;
    const results = keys.find(({ part }) => part === 'results')?.record;
    const word = status?.content.text ?? null;
    const before = steps.at(-1)?.status ?? null;
    steps.push({
      name,
      status: word,
      since: status?.status.since ?? 0,
      durationMs: status?.status.durationMs ?? null,
      results: results?.content ?? null,
      keys: keys.map(({ record }) => record.seen.name),
      // Of a step that nobody spoke of nothing follows.
      isPremature: activityOf(word) === 'active' && before !== null && !isDone(before),
    });
  }
  return steps;
}
