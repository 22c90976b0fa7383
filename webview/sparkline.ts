/**
 * Draws columns as a line or bars over the whole of a canvas of this size, from 0 up to the greatest. Decoration: the
 * number is beside it.
 */
export function drawSparkline(
  canvas: HTMLCanvasElement,
  { width, height }: { readonly width: number; readonly height: number },
  columns: readonly (number | null)[],
  kind: 'line' | 'bars',
  color: string,
): void {
  const context = canvas.getContext('2d');
  if (context === null || width === 0) return;
  const scale = devicePixelRatio;
  const pixels = { width: Math.round(width * scale), height: Math.round(height * scale) };
  // A canvas that gets a size is made anew, also where it is the same.
  if (canvas.width !== pixels.width || canvas.height !== pixels.height) Object.assign(canvas, pixels);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  context.strokeStyle = context.fillStyle = color;
  context.lineWidth = 1.25;
  const greatest = Math.max(...columns.map((value) => value ?? 0));
  const step = width / columns.length;
  const top = (value: number): number => (greatest === 0 ? height - 1 : height - 1 - (value / greatest) * (height - 2));
  if (kind === 'bars') {
    columns.forEach((value, i) => {
      if (value !== null && value > 0) {
        context.fillRect(i * step, top(value), Math.max(1, step - 0.5), height - top(value));
      }
    });
    return;
  }
  for (const run of runsOf(columns)) {
    context.beginPath();
    run.values.forEach((value, i) => context.lineTo((run.from + i + 0.5) * step, top(value)));
    if (run.values.length === 1) context.lineTo((run.from + 1) * step, top(run.values[0]!));
    context.stroke();
    context.lineTo((run.from + run.values.length - 0.5) * step, height);
    context.lineTo((run.from + 0.5) * step, height);
    context.globalAlpha = 0.15;
    context.fill();
    context.globalAlpha = 1;
  }
}

interface Run {
  readonly from: number;
  readonly values: number[];
}

/** The stretches without a hole. */
function runsOf(columns: readonly (number | null)[]): readonly Run[] {
  const runs: Run[] = [];
  let run: Run | null = null;
  columns.forEach((value, i) => {
    if (value === null) run = null;
    else if (run === null) runs.push((run = { from: i, values: [value] }));
    else run.values.push(value);
  });
  return runs;
}
