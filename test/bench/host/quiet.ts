const tickMs = 50;
const lateMs = 10;
const ticks = 8;

/** Resolves when this process has had nothing long to do for a while: what VS Code starts with is over. */
export async function quiet(): Promise<void> {
  for (let inARow = 0; inARow < ticks;) {
    const from = performance.now();
    await new Promise((resolve) => setTimeout(resolve, tickMs));
    inARow = performance.now() - from - tickMs < lateMs ? inARow + 1 : 0;
  }
}
