/** Characters that take no cell of their own: combining marks, joiners, variation selectors, skin tones behind an emoji. */
const none = /^[\p{Mn}\p{Me}\p{Cf}\p{Emoji_Modifier}]$/u;
/** Characters that take two cells: the wide and full-width ranges of Unicode TR11, roughly, and emoji. */
const wide =
  /^[\u{1100}-\u{115f}\u{2e80}-\u{303e}\u{3041}-\u{a4cf}\u{a960}-\u{a97c}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe30}-\u{fe6f}\u{ff00}-\u{ff60}\u{ffe0}-\u{ffe6}\u{1f1e6}-\u{1f1ff}\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]$/u;
const ascii = /^[ -~]*$/;

/**
 * How many cells a line takes on a terminal, near enough for tables: right for scripts without stacking, for Chinese, Japanese and Korean,
 * and for single emoji. A family joined into one picture counts each of its members, and terminals disagree about it as well.
 */
export function textWidth(text: string): number {
  if (ascii.test(text)) return text.length;
  let cells = 0;
  for (const character of text) cells += widthOf(character);
  return cells;
}

function widthOf(character: string): number {
  if (none.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/** The text with blanks behind it up to `cells`; a longer one stays as it is. */
export const padTo = (text: string, cells: number): string => text + ' '.repeat(Math.max(0, cells - textWidth(text)));

/** The text cut to at most `cells`, with `…` as the last character of what was cut. */
export function cutTo(text: string, cells: number): string {
  if (textWidth(text) <= cells) return text;
  if (cells < 1) return '';
  let kept = '';
  let used = 0;
  for (const character of text) {
    const width = widthOf(character);
    if (used + width > cells - 1) break;
    kept += character;
    used += width;
  }
  return `${kept.trimEnd()}…`;
}

/** Rows as lines of aligned columns, two blanks between them and none at the ends; the last column is as long as it is. */
export function table(rows: readonly (readonly string[])[], indent = ''): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, textWidth(cell));
  }
  return rows.map((row) => (indent + row.map((cell, column) => padTo(cell, widths[column] ?? 0)).join('  ')).trimEnd());
}
