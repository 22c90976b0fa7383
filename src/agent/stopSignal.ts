/** Resolves when the process is asked to stop by Ctrl-C, a signal, or the end of its terminal. Never rejects. */
export function stopAsked(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
}
