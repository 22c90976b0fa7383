import type uPlot from 'uplot';
import { conflictKinds, type ConflictKind } from '../../src/protocol/panel/picture.ts';
import type { Theme } from '../page.ts';
import type { Column } from './columns.ts';
import { stackedKinds } from './conflictText.ts';
import { fillOf } from './kindLook.ts';

/** Draws columns as bars, one kind upon the other. */
export class Stacks {
  readonly #theme: Theme;
  readonly #fills = new Map<ConflictKind, CanvasPattern | string>();
  #ratio = 0;

  constructor(theme: Theme) {
    this.#theme = theme;
    theme.onDidChange(() => this.#fills.clear());
  }

  draw(plot: uPlot, columns: readonly Column[], ratio: number): void {
    if (ratio !== this.#ratio) this.#fills.clear();
    this.#ratio = ratio;
    const { ctx: context, bbox } = plot;
    context.save();
    context.beginPath();
    context.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    context.clip();
    for (const column of columns) {
      const left = Math.round(plot.valToPos(column.at, 'x', true));
      const right = Math.round(plot.valToPos(column.end, 'x', true));
      // A gap where there is room for one.
      const width = Math.max(1, right - left - (right - left > 4 ? Math.ceil(ratio) : 0));
      let sum = 0;
      let bottom = Math.round(plot.valToPos(0, 'y', true));
      for (const kind of stackedKinds) {
        const count = column.conflicts[conflictKinds.indexOf(kind)]!;
        if (count === 0) continue;
        sum += count;
        const top = Math.round(plot.valToPos(sum, 'y', true));
        context.fillStyle = this.#fill(kind);
        context.fillRect(left, top, width, bottom - top);
        bottom = top;
      }
    }
    context.restore();
  }

  #fill(kind: ConflictKind): CanvasPattern | string {
    let fill = this.#fills.get(kind);
    if (fill === undefined) this.#fills.set(kind, (fill = fillOf(kind, this.#theme, this.#ratio)));
    return fill;
  }
}
