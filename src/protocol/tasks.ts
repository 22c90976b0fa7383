import { label } from './decode.ts';
import { isObject } from './json.ts';

/** What an agent says of one of its tasks. */
export interface TaskSaid {
  readonly id: string;
  readonly status: string | null;
  /** Ids of the tasks that have to be done before. */
  readonly needs: readonly string[];
}

/** Tasks of a state that are looked at, and needs of a task; nobody has more on one list. */
const most = 256;

/** The `tasks: [{id, status, needs}]` of a state. What is none of that shape is left out. */
export function tasksOf(state: Readonly<Record<string, unknown>>): TaskSaid[] {
  const { tasks } = state;
  if (!Array.isArray(tasks)) return [];
  return tasks.slice(0, most).flatMap((task: unknown) => {
    if (!isObject(task)) return [];
    const id = label(task['id']);
    if (id === null) return [];
    const needs: unknown[] = Array.isArray(task['needs']) ? task['needs'].slice(0, most) : [];
    return { id, status: label(task['status']), needs: needs.map(label).filter((need) => need !== null) };
  });
}

const done = new Set(['done', 'completed', 'success', 'skipped']);

/** Whether what needs a task may begin. A task that failed or was cancelled is at its end, but not done. */
export const isDone = (status: string | null): boolean => done.has(status?.toLowerCase() ?? '');
