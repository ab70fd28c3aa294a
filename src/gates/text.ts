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
