/**
 * Does something and tells who watches the page's performance how long it took. Nothing of it is kept, since a console
 * that runs for days would keep millions.
 */
export function measured(name: 'append' | 'filter' | 'draw', work: () => void): void {
  const start = performance.now();
  try {
    work();
  } finally {
    performance.measure(`signalbox:${name}`, { start });
    performance.clearMeasures(`signalbox:${name}`);
  }
}
