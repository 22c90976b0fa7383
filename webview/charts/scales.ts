/** Bounds and marks of axes. */

/** Round values, from the last at or below `min` to the first at or above `max`: these digits in each decade. */
function steps(min: number, max: number, digits: readonly number[] = [1, 2, 5]): number[] {
  const values: number[] = [];
  for (let power = Math.floor(Math.log10(min)) - 1; ; power++) {
    for (const digit of digits) {
      // Not by multiplying: 2 * 0.001 and the like must be the same each time.
      const value = Number(`${String(digit)}e${String(power)}`);
      if (value <= min) values[0] = value;
      else values.push(value);
      if (value >= max && values.length > 1) return values;
    }
  }
}

/** Bounds of a log axis that hold these values and a decade or so at least, and that seldom move. */
export function logBounds(min: number | null, max: number | null): [number, number] {
  if (min === null || max === null || !(min > 0) || !(max > 0)) return [0.1, 100];
  const values = steps(min, max);
  let low = values[0]!;
  let high = values[values.length - 1]!;
  while (high / low < 10) {
    const wider = steps(low * 0.99, high * 1.01);
    low = wider[0]!;
    high = wider[wider.length - 1]!;
  }
  return [low, high];
}

/** Where a log axis has its marks, at most about `most` of them. */
export function logMarks(low: number, high: number, most: number): number[] {
  const all = steps(low, high).filter((value) => value >= low && value <= high);
  if (all.length <= most) return all;
  const decades = all.filter((value) => Number.isInteger(Math.round(Math.log10(value) * 1e6) / 1e6));
  if (decades.length < 2) return [all[0]!, all[all.length - 1]!];
  const every = Math.ceil(decades.length / most);
  return decades.filter((_, i) => i % every === 0);
}

/** Bounds of at most this many ranges between round values that hold all from `low` to `high`. */
export function rangeBounds(low: number, high: number, most: number): number[] {
  for (const digits of [
    [1, 1.5, 2, 3, 5, 7],
    [1, 2, 5],
    [1, 3],
  ]) {
    const bounds = steps(low, high, digits);
    if (bounds.length - 1 <= most) return bounds;
  }
  const decades = steps(low, high, [1]);
  const last = decades.length - 1;
  const every = Math.max(1, Math.ceil(last / most));
  return decades.filter((_, i) => i % every === 0 || i === last);
}

/** Bounds of an axis of counts or rates that begins at 0 and seldom moves. */
export function countBounds(max: number | null, least: number): [number, number] {
  const top = Math.max(least, max ?? 0);
  const power = 10 ** Math.floor(Math.log10(top));
  const nice = [1, 2, 3, 4, 5, 6, 8, 10].find((digit) => digit * power >= top) ?? 10;
  return [0, nice * power];
}

/** Where a series has a value between two holes: a line is not seen there, a point is. */
export function lonely(values: readonly (number | null | undefined)[]): number[] {
  const is = (i: number): boolean => values[i] !== null && values[i] !== undefined;
  return [...values.keys()].filter((i) => is(i) && !is(i - 1) && !is(i + 1));
}
