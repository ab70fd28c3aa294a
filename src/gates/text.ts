/** Lines from `first` to `last`, both included, counted from 1. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

export interface Readable {
  readonly text: string;
  /** Whether the lines of `text` are the lines that git counts; not so for what git takes for binary. */
  readonly linesCount: boolean;
}

/**
 * Whatever can be read in the bytes of a file, never a failure: UTF-16 by its byte-order mark, other bytes with a NUL as Latin-1, the rest as
 * UTF-8. Binary files are read too, since a single NUL would otherwise hide a file from every rule.
 */
export function readableText(bytes: Uint8Array): Readable {
  if (bytes[0] === 0xff && bytes[1] === 0xfe)
    return { text: new TextDecoder('utf-16le').decode(bytes), linesCount: false };
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return { text: new TextDecoder('utf-16be').decode(bytes), linesCount: false };
  if (bytes.includes(0)) return { text: new TextDecoder('latin1').decode(bytes), linesCount: false };
  return { text: new TextDecoder('utf-8').decode(bytes), linesCount: true };
}

/** Prepares to tell the line (from 1) of an offset in `text`. Only a line feed ends a line, as for git. */
export function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}

/** Whether one of the ranges, which are in order and apart, has a line in common with `first` to `last`. */
export function meets(ranges: readonly LineRange[], first: number, last: number): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.last ?? 0) < first) low = middle + 1;
    else high = middle;
  }
  const candidate = ranges[low];
  return candidate !== undefined && candidate.first <= last;
}

/** The lines that both lists cover; the ranges of each are in order and apart, and so are those of the answer. */
export function common(a: readonly LineRange[], b: readonly LineRange[]): readonly LineRange[] {
  const shared: LineRange[] = [];
  let left = 0;
  let right = 0;
  for (;;) {
    const one = a[left];
    const other = b[right];
    if (one === undefined || other === undefined) return shared;
    const first = Math.max(one.first, other.first);
    const last = Math.min(one.last, other.last);
    if (first <= last) shared.push({ first, last });
    if (one.last < other.last) left += 1;
    else right += 1;
  }
}
