/**
 * Runs something of ours that hangs on the stack of a message from the server: if it throws, that is reported as the
 * extension host reports any error, and the message still reaches everybody else.
 */
export function guarded(run: () => void): void {
  try {
    run();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
