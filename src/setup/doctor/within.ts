/** What a step gives, or `otherwise` where that takes longer than `ms`. The step is not ended by it. */
export async function within<T, U>(ms: number, step: Promise<T>, otherwise: () => U): Promise<T | U> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<U>((resolve) => (timer = setTimeout(() => resolve(otherwise()), ms)));
  try {
    return await Promise.race([step, late]);
  } finally {
    clearTimeout(timer);
    // One that fails later has nobody to tell.
    step.catch(() => {});
  }
}
