import { type ConflictKind, harmful } from '../../src/protocol/panel/picture.ts';
import type { Theme } from '../page.ts';

/** Side of the tile that a pattern repeats, in CSS pixels. */
const tile = 6;

/** What tells a kind from the others where colours do not. */
type Strokes = 'plain' | 'rising' | 'falling' | 'dots' | 'level' | 'upright';

interface Look {
  readonly color: string;
  readonly strokes: Strokes;
}

function lookOf(kind: ConflictKind, { series, more }: Theme['colors']): Look {
  switch (kind) {
    case 'divergent':
      return { color: series.red, strokes: 'plain' };
    case 'duplicate':
      return { color: series.orange, strokes: 'rising' };
    case 'premature':
      return { color: more.purple, strokes: 'falling' };
    case 'unclaimed':
      return { color: more.yellow, strokes: 'dots' };
    case 'stale':
      return { color: series.blue, strokes: 'plain' };
    case 'denied':
      return { color: series.green, strokes: 'level' };
    case 'recovered':
      return { color: more.foreground, strokes: 'upright' };
  }
}

/** How strong what was prevented is drawn, beside what did harm, and that of which an outage brings a hundred at once. */
const weak = 0.45;
const weakest = 0.25;

/** What a kind's bars are filled with: its colour under strokes of the background. */
export function fillOf(kind: ConflictKind, theme: Theme, ratio: number): CanvasPattern | string {
  const { color, strokes } = lookOf(kind, theme.colors);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = Math.round(tile * ratio);
  const context = canvas.getContext('2d');
  if (context === null) return color;
  context.scale(canvas.width / tile, canvas.width / tile);
  const strength = harmful.has(kind) ? 1 : kind === 'recovered' ? weakest : weak;
  context.globalAlpha = theme.isHighContrast ? Math.min(1, strength * 1.6) : strength;
  context.fillStyle = color;
  context.fillRect(0, 0, tile, tile);
  context.globalCompositeOperation = 'destination-out';
  context.globalAlpha = 0.75;
  context.lineWidth = 1.25;
  stroke(context, strokes);
  return context.createPattern(canvas, 'repeat') ?? color;
}

function stroke(context: CanvasRenderingContext2D, strokes: Strokes): void {
  const line = (x1: number, y1: number, x2: number, y2: number): void => {
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
  };
  switch (strokes) {
    case 'plain':
      return;
    case 'rising':
      for (const shift of [-tile, 0, tile]) line(shift - 1, tile + 1, shift + tile + 1, -1);
      return;
    case 'falling':
      for (const shift of [-tile, 0, tile]) line(shift - 1, -1, shift + tile + 1, tile + 1);
      return;
    case 'dots':
      context.fillRect(1, 1, 2, 2);
      context.fillRect(4, 4, 2, 2);
      return;
    case 'level':
      line(0, tile / 2, tile, tile / 2);
      return;
    case 'upright':
      line(tile / 2, 0, tile / 2, tile);
  }
}

/** Paints a piece of a kind's bars on a canvas of this size, for the legend. */
export function paintSwatch(canvas: HTMLCanvasElement, kind: ConflictKind, theme: Theme): void {
  const ratio = window.devicePixelRatio;
  const { width, height } = { width: 14, height: 12 };
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = `${String(width)}px`;
  canvas.style.height = `${String(height)}px`;
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.fillStyle = fillOf(kind, theme, ratio);
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.strokeStyle = lookOf(kind, theme.colors).color;
  context.lineWidth = ratio;
  context.strokeRect(ratio / 2, ratio / 2, canvas.width - ratio, canvas.height - ratio);
}
