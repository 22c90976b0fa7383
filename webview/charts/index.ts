import './charts.css';

export { makeConflicts } from './conflicts.ts';
export { makeLatency } from './latency.ts';
export { makeQueues } from './queues.ts';
