import assert from 'node:assert/strict';
import { Histogram } from '../../src/protocol/histogram.ts';
import { conflictKinds, type Second } from '../../src/protocol/panel/picture.ts';
import type { PanelSuite } from '../support/panelSuite.mts';

/** Of how many seconds a row of a table is, of five minutes. */
const step = 5_000;

/** What the extension recorded, in rows of a table, newest first. */
function rowsOf(seconds: readonly Second[]): Second[][] {
  const rows = new Map<number, Second[]>();
  for (const second of seconds) {
    const at = Math.floor(second.at / step) * step;
    rows.set(at, [...(rows.get(at) ?? []), second]);
  }
  return [...rows].toSorted(([a], [b]) => b - a).map(([, row]) => row);
}

function milliseconds(text: string): number | null {
  const [, number = '', unit] = /^([\d.,]+)\s?(µs|ms|s)$/.exec(text.trim()) ?? [];
  return number === ''
    ? null
    : Number(number.replace(',', '')) * { µs: 0.001, ms: 1, s: 1_000 }[unit as 'µs' | 'ms' | 's'];
}

/** Every chart is also a table, with the numbers that were recorded. */
export async function run(suite: PanelSuite): Promise<void> {
  const { host, panel } = await suite.show('busy');
  const { page } = panel;
  const rows = rowsOf(host.recorder.seconds({ agent: null, range: 300 }));
  const cells = async (section: string): Promise<string[][]> => {
    const lines = await page.locator(`#${section} .chart-table:not(.chart-list) tbody tr`).all();
    return Promise.all(lines.map((line) => line.locator('th, td').allInnerTexts()));
  };
  const toTable = async (section: string): Promise<string[][]> => {
    await page.locator(`#${section} .chart-toggle`).click();
    await page.locator(`#${section} .chart-table:not(.chart-list)`).waitFor();
    await panel.drawn();
    assert.equal(await page.locator(`#${section} .chart-surface:visible`).count(), 0);
    return cells(section);
  };

  await suite.check('latency', async () => {
    const shown = await toTable('latency');
    for (const [index, row] of rows.slice(0, 50).entries()) {
      const histogram = new Histogram();
      for (const second of row) histogram.merge(second.latency[0]!);
      const [, p50, p95, p99, measured] = shown[index]!;
      assert.equal(Number(measured), histogram.total);
      for (const [text, part] of [
        [p50!, 0.5],
        [p95!, 0.95],
        [p99!, 0.99],
      ] as const) {
        const [told, real] = [milliseconds(text), histogram.quantile(part)];
        if (real === null) assert.equal(told, null);
        else
          assert.ok(
            told !== null && Math.abs(told - real) <= Math.max(0.06 * real, 0.01),
            `${text}, not ${String(real)} ms`,
          );
      }
    }
  });

  await suite.check('conflicts, kind by kind, as the chart says them', async () => {
    const chart = page.locator('#conflicts .chart-surface');
    const newest = host.recorder
      .seconds({ agent: null, range: 300 })
      .findLast((second) => second.conflicts.some(Boolean));
    assert.ok(newest);
    await chart.focus();
    await page.keyboard.press('End');
    const shown = await toTable('conflicts');
    const sum = (row: readonly Second[]): number =>
      row.reduce((total, { conflicts }) => total + conflicts.reduce((all, count) => all + count, 0), 0);
    assert.equal(shown[0]!.length, 1 + conflictKinds.length);
    for (const [index, row] of rows.slice(0, 50).entries()) {
      const counts = shown[index]!.slice(1).map((text) => Number(text) || 0);
      assert.equal(
        counts.reduce((all, count) => all + count, 0),
        sum(row),
        shown[index]!.join(' '),
      );
    }
    const headings = await page.locator('#conflicts .chart-table thead th').allInnerTexts();
    const denied = headings.findIndex((text) => /denied/i.test(text));
    const at = conflictKinds.indexOf('denied');
    for (const [index, row] of rows.slice(0, 50).entries()) {
      const count = row.reduce((all, { conflicts }) => all + conflicts[at]!, 0);
      assert.equal(Number(shown[index]![denied]), count);
    }
  });

  await suite.check('queues', async () => {
    const shown = await toTable('queues');
    for (const [index, row] of rows.slice(0, 50).entries()) {
      assert.equal(Number(shown[index]![1]), row.at(-1)!.queued);
    }
  });

  await suite.check('and back to the charts', async () => {
    await panel.picture('panel-tables');
    for (const section of ['latency', 'conflicts', 'queues']) {
      await page.locator(`#${section} .chart-toggle`).click();
      await page.locator(`#${section} .chart-surface`).waitFor();
      assert.equal(await page.locator(`#${section} .chart-table:not(.chart-list):visible`).count(), 0);
    }
  });
}
