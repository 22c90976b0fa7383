import type { Change } from '../../protocol/changes.ts';
import type { AgentEvent } from '../../protocol/messages.ts';

/** What an agent hears. */
export type AgentMessage =
  /** Another agent's state: newer than all that was heard of it. `stored`: it was read, when we began or came back. */
  | {
      kind: 'state';
      agent: string;
      epoch: number;
      ver: number | null;
      state: Readonly<Record<string, unknown>>;
      stored: boolean;
    }
  /** What another agent, or somebody unnamed, told all; `change` where the function library may have told it. */
  | { kind: 'event'; event: AgentEvent; change: Change | null; text: string }
  /** For us. It is given again, also to a later run, until every listener has returned. `at` is the server's clock, ms. */
  | { kind: 'inbox'; id: string; at: number; from: string; text: string }
  /** We are to pause, or all are (`target` is `*`). */
  | { kind: 'paused'; target: string; by: string; reason: string }
  /** We may go on. */
  | { kind: 'resumed' };

/** What it returns is waited for, before a message of the inbox is taken as read. */
export type AgentListener = (message: AgentMessage) => void | Promise<void>;
