import type { Disposable } from '../../protocol/emitter.ts';
import type { AgentListener, AgentMessage } from './message.ts';

/** Those who listen, in the order in which they came. What one throws surfaces as nobody's, and stops no other. */
export class Listeners {
  readonly #all = new Set<{ call: AgentListener }>();

  get isEmpty(): boolean {
    return this.#all.size === 0;
  }

  add(call: AgentListener): Disposable {
    const entry = { call };
    this.#all.add(entry);
    return { dispose: () => void this.#all.delete(entry) };
  }

  /** Resolves when all have returned, with whether none of them failed and there was one at all. */
  async tell(message: AgentMessage): Promise<boolean> {
    const listeners = [...this.#all];
    const went = await Promise.all(listeners.map(({ call }) => returned(call, message)));
    return went.length > 0 && went.every(Boolean);
  }

  clear(): void {
    this.#all.clear();
  }
}

async function returned(call: AgentListener, message: AgentMessage): Promise<boolean> {
  try {
    await call(message);
    return true;
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
    return false;
  }
}
