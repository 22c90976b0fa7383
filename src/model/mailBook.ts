import type { Change } from '../protocol/changes.ts';
import { limits } from '../protocol/names.ts';
import type { Agent, FleetMail, Mail } from './picture.ts';
import { everybody } from './pauseBook.ts';
import { personRole } from '../protocol/person.ts';

/** Agents of a namespace whose last message is kept. */
const most = 1_000;

interface Letter extends Mail {
  deliveredAt: number | null;
}

/** What was last told to one agent each, and to all, of one namespace. */
interface Box {
  readonly own: Map<string, Letter>;
  all: Letter | null;
  /** Who was there when it was sent to all, and when each was given it. */
  readonly receivers: Map<string, number | null>;
}

/** The last message to each agent, and whether it has been given over. Of what was sent before we listened nothing is known. */
export class MailBook {
  readonly #boxes = new Map<string, Box>();

  /** The last message to an agent, be it to it alone or to all. */
  of({ ns, id }: Pick<Agent, 'ns' | 'id'>): Mail | null {
    const box = this.#boxes.get(ns);
    if (!box) return null;
    const own = box.own.get(id) ?? null;
    const deliveredAt = box.receivers.get(id);
    if (!box.all || deliveredAt === undefined || (own && own.at > box.all.at)) return own;
    return { ...box.all, deliveredAt };
  }

  /** The last message to all of each namespace. */
  get toAll(): readonly FleetMail[] {
    return [...this.#boxes].flatMap(([ns, { all, receivers }]) => {
      if (!all) return [];
      const delivered = [...receivers.values()].filter((at) => at !== null).length;
      return [{ ns, from: all.from, text: all.text, at: all.at, receivers: receivers.size, delivered }];
    });
  }

  /** @param there the agents of the namespace, to whom a message to all goes */
  send(
    ns: string,
    { agent, to, id, text }: Extract<Change, { kind: 'message' }>,
    at: number,
    there: readonly Agent[],
  ): void {
    const box: Box = this.#boxes.get(ns) ?? { own: new Map(), all: null, receivers: new Map() };
    this.#boxes.set(ns, box);
    const letter: Letter = { id, text: text.slice(0, limits.message), from: agent, at, deliveredAt: null };
    if (to !== everybody) {
      box.own.delete(to);
      box.own.set(to, letter);
      if (box.own.size > most) box.own.delete(box.own.keys().next().value!);
      return;
    }
    box.all = letter;
    box.receivers.clear();
    for (const each of there) {
      // Nothing is handed over to a person, who reads it here.
      if (each.ns === ns && each.id !== agent && each.role !== personRole) box.receivers.set(each.id, null);
    }
  }

  deliver(ns: string, { agent, ids }: Extract<Change, { kind: 'delivered' }>, at: number): void {
    const box = this.#boxes.get(ns);
    const own = box?.own.get(agent);
    if (own && ids.includes(own.id)) own.deliveredAt ??= at;
    if (box?.all && ids.includes(box.all.id) && box.receivers.get(agent) === null) box.receivers.set(agent, at);
  }

  clear(): void {
    this.#boxes.clear();
  }
}
