/** One line of the file, without its line end. */
export interface SourceLine {
  /** Counts from 1. */
  readonly number: number;
  readonly text: string;
  /** Offsets into the decoded text, in UTF-16 code units; `end` stands before the line end. */
  readonly start: number;
  readonly end: number;
}

export interface Source {
  /** The whole file, decoded, without a byte-order mark. Bytes that are not UTF-8 are U+FFFD here. */
  readonly text: string;
  readonly lines: readonly SourceLine[];
  readonly isUtf8: boolean;
}

/** A stretch of one line, in UTF-16 code units. */
export interface Span {
  readonly line: number;
  /** Counts from 1, a byte-order mark not counted. */
  readonly column: number;
  readonly length: number;
}

const encoder = new TextEncoder();
// `ignoreBOM` keeps the mark in the text: only the one at the start of the file is to be left out, and it must be counted in bytes.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const strictDecoder = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });
const byteOrderMark = '\uFEFF';
const byteOrderMarkBytes = 3;
const replacement = '\uFFFD';

/** Decodes a file and cuts it at LF, CR LF and CR. Never fails. */
export function readSource(bytes: Uint8Array): Source {
  const { decoded, isUtf8 } = decode(bytes);
  const text = decoded.startsWith(byteOrderMark) ? decoded.slice(1) : decoded;
  const lines: SourceLine[] = [];
  let start = 0;
  for (const match of text.matchAll(/\r\n|\n|\r/g)) {
    lines.push({ number: lines.length + 1, text: text.slice(start, match.index), start, end: match.index });
    start = match.index + match[0].length;
  }
  lines.push({ number: lines.length + 1, text: text.slice(start), start, end: text.length });
  return { text, lines, isUtf8 };
}

function decode(bytes: Uint8Array): { readonly decoded: string; readonly isUtf8: boolean } {
  try {
    return { decoded: strictDecoder.decode(bytes), isUtf8: true };
  } catch {
    return { decoded: decoder.decode(bytes), isUtf8: false };
  }
}

/** A copy of `bytes` in which the span reads `replacementText`; every other byte is the same. The span must come from reading the same bytes. */
export function spliceSpan(bytes: Uint8Array, span: Span, replacementText: string): Uint8Array {
  const lineStart = byteOffsetOfLine(bytes, span.line);
  const rest = bytes.subarray(lineStart, lineEnd(bytes, lineStart));
  const from = lineStart + bytesOfColumns(rest, span.column - 1);
  const to = lineStart + bytesOfColumns(rest, span.column - 1 + span.length);
  const inserted = encoder.encode(replacementText);
  const result = new Uint8Array(bytes.length - (to - from) + inserted.length);
  result.set(bytes.subarray(0, from), 0);
  result.set(inserted, from);
  result.set(bytes.subarray(to), from + inserted.length);
  return result;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Line ends are the same in bytes as in text: no UTF-8 sequence, broken ones included, swallows an ASCII byte. */
function byteOffsetOfLine(bytes: Uint8Array, line: number): number {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? byteOrderMarkBytes : 0;
  for (let current = 1; current < line; current += 1) {
    at = lineEnd(bytes, at);
    at += bytes[at] === carriageReturn && bytes[at + 1] === lineFeed ? 2 : 1;
  }
  return at;
}

function lineEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== lineFeed && bytes[at] !== carriageReturn) at += 1;
  return at;
}

function bytesOfColumns(line: Uint8Array, columns: number): number {
  let at = 0;
  let seen = 0;
  for (const char of decoder.decode(line)) {
    if (seen >= columns) break;
    at += char === replacement ? bytesOfReplacement(line, at) : encoder.encode(char).length;
    seen += char.length;
  }
  return at;
}

/** One U+FFFD stands for at most three bytes: a true U+FFFD, or the longest start of a sequence that breaks off (Unicode 15, section 3.9, U+FFFD substitution of maximal subparts). */
function bytesOfReplacement(line: Uint8Array, at: number): number {
  for (const length of [3, 2]) {
    const piece = line.subarray(at, at + length);
    if (piece.length === length && decoder.decode(piece) === replacement) return length;
  }
  return 1;
}
