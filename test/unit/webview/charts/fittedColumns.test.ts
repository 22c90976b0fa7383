import assert from 'node:assert/strict';
import type { Page } from '../../../../webview/page.ts';
import { FittedColumns } from '../../../../webview/charts/fittedColumns.ts';
import { begin, second } from './seconds.ts';

describe('the columns of a chart', () => {
  it('are as many as there is room for between the axes, and drawn once there is a width', () => {
    const all = Array.from({ length: 300 }, (_, i) => second(i));
    const seconds = { view: { agent: null, range: 300 }, all, axis: { from: begin, to: begin + 300_000 } };
    const drawn: number[] = [];
    const columns = new FittedColumns({ seconds } as unknown as Page, {
      insets: { left: 40, right: 10 },
      least: 3,
      draw: (width) => drawn.push(width),
    });
    columns.draw();
    assert.deepEqual([drawn, columns.all.length], [[], 0]);
    columns.resize(950);
    assert.deepEqual([columns.all.length, columns.length], [300, 1_000]);
    columns.resize(949);
    assert.deepEqual([columns.all.length, columns.length], [150, 2_000]);
    columns.draw();
    assert.deepEqual(drawn, [950, 949, 949]);
  });
});
