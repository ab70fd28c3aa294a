import { looksLikeId } from './ids.ts';
import { type Piece, part } from './piece.ts';
import type { Span } from './source.ts';

/** `[mark]` at the start of a heading or list item, and what follows it. */
export interface Checkbox {
  /** The character between the brackets; empty in `[]`. */
  readonly mark: string;
  readonly markSpan: Span;
  readonly rest: Piece;
}

/** The first line of a task. */
export interface Head {
  readonly checkbox: Checkbox;
  readonly id: Piece;
  /** Everything behind the id, separator included. */
  readonly rest: Piece;
}

/** Reads `[mark] text`. Any one character is a mark, known or not; a link such as `[x](y)` is none. */
export function readCheckbox(content: Piece): Checkbox | undefined {
  const match = /^\[(.?)\](?=\s|$)/su.exec(content.text);
  if (match === null) return undefined;
  const mark = match[1] ?? '';
  return {
    mark,
    markSpan: { line: content.line, column: content.column + 1, length: mark.length },
    rest: part(content, match[0].length),
  };
}

/** Reads what stands behind the hashes of a task: `[mark] id: title`. Where the id holds a digit the separator may be missing. */
export function readHeadingHead(content: Piece): Head | undefined {
  const head = readHead(content);
  if (head === undefined) return undefined;
  return separatorLength(head.rest.text) > 0 || looksLikeId(head.id.text) ? head : undefined;
}

/** Reads what stands behind the bullet of a task: `[mark] id title`, the id with a digit. */
export function readLineHead(content: Piece): Head | undefined {
  const head = readHead(content);
  return head !== undefined && looksLikeId(head.id.text) ? head : undefined;
}

function readHead(content: Piece): Head | undefined {
  const checkbox = readCheckbox(content);
  if (checkbox === undefined) return undefined;
  const { rest } = checkbox;
  const length = /^[^\s:—–]+/.exec(rest.text)?.[0].length ?? 0;
  if (length === 0) return undefined;
  return {
    checkbox,
    id: part(rest, 0, length),
    rest: { ...rest, text: rest.text.slice(length), column: rest.column + length },
  };
}

/** The title: what follows the id and the separator, if there is one. */
export function titleOf(rest: Piece): Piece {
  return part(rest, separatorLength(rest.text));
}

/** A hyphen separates only with blanks around it: ids and words hold hyphens too. */
function separatorLength(rest: string): number {
  return /^(?:\s*[:—–]|\s+--?(?=\s|$))/.exec(rest)?.[0].length ?? 0;
}
