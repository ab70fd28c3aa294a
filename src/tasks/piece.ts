import type { Position } from './task.ts';

/** Some text and where it stands; never longer than its line. */
export interface Piece {
  readonly text: string;
  readonly line: number;
  /** Counts from 1, in UTF-16 code units. */
  readonly column: number;
}

/** The part from `start` to `end`, without the blanks around it. */
export function part(piece: Piece, start: number, end: number = piece.text.length): Piece {
  const text = piece.text.slice(start, end);
  const trimmed = text.trimStart();
  return { text: trimmed.trimEnd(), line: piece.line, column: piece.column + start + (text.length - trimmed.length) };
}

export function positionOf(piece: Piece): Position {
  return { line: piece.line, column: piece.column };
}

/** Takes the backticks off a piece that is one code span and nothing else. Blanks inside them stay: they are what was quoted. */
export function withoutBackticks(piece: Piece): Piece {
  const { text } = piece;
  if (!text.startsWith('`') || codeSpanEnd(text, 0) !== text.length || !text.endsWith('`')) return piece;
  let run = 0;
  while (text[run] === '`') run += 1;
  if (run * 2 >= text.length) return piece;
  return { text: text.slice(run, text.length - run), line: piece.line, column: piece.column + run };
}

/**
 * The offset behind the code span that the backtick at `at` opens; behind the run of backticks where nothing closes it.
 * A span is closed by a run of the same length (CommonMark 0.31, section 6.1).
 */
export function codeSpanEnd(text: string, at: number): number {
  let end = at;
  while (text[end] === '`') end += 1;
  const run = text.slice(at, end);
  let close = text.indexOf(run, end);
  while (close >= 0) {
    let closeEnd = close;
    while (text[closeEnd] === '`') closeEnd += 1;
    if (closeEnd - close === run.length) return closeEnd;
    close = text.indexOf(run, closeEnd);
  }
  return end;
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Cuts a text at each separator outside code spans and outside the given kinds of brackets.
 * `separatorAt` says how long the separator at an offset is, 0 for none. Brackets that do not close are read as ordinary characters.
 */
export function splitOutside(
  text: string,
  separatorAt: (at: number) => number,
  brackets: '' | '()' | '{}' | '(){}',
): readonly Range[] {
  return cut(text, separatorAt, brackets) ?? cut(text, separatorAt, '') ?? [{ start: 0, end: text.length }];
}

function cut(text: string, separatorAt: (at: number) => number, brackets: string): readonly Range[] | undefined {
  const ranges: Range[] = [];
  let depth = 0;
  let start = 0;
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    const bracket = brackets.indexOf(char);
    const length = depth === 0 ? separatorAt(at) : 0;
    if (length > 0) {
      ranges.push({ start, end: at });
      start = at + length;
      at = start;
    } else if (char === '`') {
      at = codeSpanEnd(text, at);
    } else {
      if (bracket >= 0) depth = bracket % 2 === 0 ? depth + 1 : Math.max(0, depth - 1);
      at += 1;
    }
  }
  ranges.push({ start, end: text.length });
  return depth === 0 ? ranges : undefined;
}
