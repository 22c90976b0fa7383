/** Longest that anything may keep the extension host, and the person's typing with it, at a stretch, in ms. */
const stretch = 4;

/** Does work that takes a breath now and then, and lets others have a turn where it has taken long since the last. */
export async function inSteps<T>(work: Generator<void, T>): Promise<T> {
  let began = performance.now();
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    if (performance.now() - began < stretch) continue;
    await new Promise((resolve) => setImmediate(resolve));
    began = performance.now();
  }
}
