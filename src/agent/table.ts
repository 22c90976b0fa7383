/**
 * Lays rows out in columns two spaces apart, without trailing spaces and without columns that are empty in every row.
 * Cells are plain text that was made safe before. The heading, if there is one, is a row that keeps no column.
 */
export function columns(
  rows: readonly (readonly string[])[],
  { heading, indent = '  ' }: { heading?: readonly string[]; indent?: string } = {},
): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, [...cell].length)));
  }
  heading?.forEach((cell, index) => {
    if (widths[index]) widths[index] = Math.max(widths[index], [...cell].length);
  });
  return (heading ? [heading, ...rows] : rows).map((row) => {
    const cells = row.flatMap((cell, index) => {
      const width = widths[index] ?? 0;
      return width === 0 ? [] : [cell + ' '.repeat(width - [...cell].length)];
    });
    return `${indent}${cells.join('  ')}`.trimEnd();
  });
}
