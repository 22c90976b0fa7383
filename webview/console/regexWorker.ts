import type { Ask, Tester, Timer } from './regexRun.ts';

/** What runs in the worker. Only what it is sent gets there, and only bytes come back. */
const program = `
let expression;
onmessage = ({ data }) => {
  if (data.source !== undefined) {
    expression = new RegExp(data.source, 'i');
    postMessage(null);
    return;
  }
  const found = new Uint8Array(data.texts.length);
  for (let i = 0; i < found.length; i++) found[i] = expression.test(data.texts[i]) ? 1 : 0;
  postMessage(found);
};`;

/** A worker of its own, since one that hangs has to be ended as a whole. */
export function workerTester(): Tester {
  const url = URL.createObjectURL(new Blob([program], { type: 'text/javascript' }));
  const worker = new Worker(url);
  URL.revokeObjectURL(url);
  return {
    post: (ask: Ask) => worker.postMessage(ask),
    onAnswer(listener) {
      worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (data === null || data instanceof Uint8Array) listener(data);
      });
    },
    terminate: () => worker.terminate(),
  };
}

export const windowTimer: Timer = {
  set(run, ms) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
