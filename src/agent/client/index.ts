/** What `require('signalbox/agent')` gives. */
export type { ClaimOptions, ClaimResult } from './claims.ts';
export { AgentClient } from './client.ts';
export type { Lease, Loss } from './lease.ts';
export type { AgentListener, AgentMessage } from './message.ts';
export type { Accepted } from './publisher.ts';
export type { AgentOptions } from './settings.ts';
export { UserError } from '../../redis/userError.ts';
