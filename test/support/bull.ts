import type { FlowProducer, Job, JobsOptions, Processor, Queue, Worker } from 'bullmq';
import * as bullmq from 'bullmq';

interface Closable {
  /** A worker is not waited for, since it may be one that never ends. */
  close(force?: boolean): Promise<unknown>;
}

/** The real BullMQ against a server of ours; all that it opened ends with it. */
export class Bull {
  readonly #connection: { host: string; port: number; maxRetriesPerRequest: null };
  readonly #open: Closable[] = [];

  constructor(port: number) {
    this.#connection = { host: '127.0.0.1', port, maxRetriesPerRequest: null };
  }

  queue(name: string, prefix = 'bull'): Queue {
    return this.#keep(new bullmq.Queue(name, { connection: this.#connection, prefix }));
  }

  /** As {@link queue}, once it has written down what it is. */
  async written(name: string): Promise<Queue> {
    const queue = this.queue(name);
    await queue.waitUntilReady();
    // Over one connection, so that what it wrote before is there.
    if ((await queue.getVersion()) === null) throw new Error(`${name} does not say what wrote it`);
    return queue;
  }

  flows(prefix = 'bull'): FlowProducer {
    return this.#keep(new bullmq.FlowProducer({ connection: this.#connection, prefix }));
  }

  worker(name: string, work: Processor, more: { prefix?: string; lockDuration?: number } = {}): Worker {
    const worker = new bullmq.Worker(name, work, { connection: this.#connection, ...more });
    worker.on('error', () => undefined);
    return this.#keep(worker);
  }

  /** A worker that tells of the next job that it is given. */
  nextJob(name: string, prefix = 'bull'): Promise<Job> {
    return new Promise((resolve) => {
      this.worker(name, (job) => Promise.resolve(resolve(job)), { prefix });
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((each) => each.close(true).catch(() => undefined)));
  }

  #keep<T extends Closable>(opened: T): T {
    this.#open.push(opened);
    return opened;
  }
}

export type { Job, JobsOptions };
