import { agentKey, attentionItemId } from '../host/rowIds.ts';
import type { FleetModel } from '../model/fleetModel.ts';
import { textOf } from './arguments.ts';

/** What a person answers to something that needs attention. */
export class Attend {
  readonly #model: FleetModel;

  constructor(model: FleetModel) {
    this.#model = model;
  }

  /** Takes an item, given by its row or as `{id}`, off the list. It comes back when the same happens anew. */
  dismiss(argument?: unknown): void {
    const id = attentionItemId(argument) ?? textOf(argument, 'id');
    if (id !== undefined) this.#model.dismiss(id);
  }

  /**
   * Takes the next state of an agent, given by its row in either list or as `{agent, ns?}`, as the first of a new run.
   * Answers whether there is such an agent with a state.
   */
  acceptNewRun(argument?: unknown): boolean {
    const key = agentKey(argument);
    const row = key === undefined ? undefined : this.#model.agent(key);
    if (row !== undefined) return this.#model.acceptNewRun(row.ns, row.id);
    const id = attentionItemId(argument);
    const item = id === undefined ? undefined : this.#model.attention.find((each) => each.id === id);
    const agent = item?.agent ?? textOf(argument, 'agent');
    if (agent === undefined) return false;
    return this.#model.acceptNewRun(item?.ns ?? textOf(argument, 'ns') ?? '', agent);
  }
}
