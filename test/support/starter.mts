/** How often it is looked whether whoever started us is still there. */
const everyMs = 1000;

/**
 * Ends this process, as SIGTERM would, when one of those who started it (`bootstrap.mjs`, npm's shell, npm) is gone:
 * one that is killed takes nobody with it, and what we serve must not go on unseen.
 */
export function endWithStarter(end: () => void = () => process.kill(process.pid, 'SIGTERM')): void {
  const pids = (process.env['SIGNALBOX_STARTED_BY'] ?? '').split(' ').filter(Boolean).map(Number);
  const timer = setInterval(() => {
    if (pids.every(isAlive)) return;
    clearInterval(timer);
    end();
  }, everyMs);
  timer.unref();
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
