/** No line of either side is longer. */
export const maxLineBytes = 1024 * 1024;

const lineFeed = 0x0a;

/**
 * Cuts a stream of bytes into lines. Feed it each chunk; it returns the lines that are complete, and `tooLong` once a line
 * is over the limit, after which it takes nothing more.
 */
export function lineCutter(
  limit = maxLineBytes,
): (chunk: Buffer) => { readonly lines: readonly string[]; readonly tooLong: boolean } {
  let parts: Buffer[] = [];
  let waiting = 0;
  let tooLong = false;
  return (chunk) => {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1 && !tooLong; end = chunk.indexOf(lineFeed, start)) {
      parts.push(chunk.subarray(start, end));
      if (waiting + end - start > limit) tooLong = true;
      else lines.push(Buffer.concat(parts).toString('utf8'));
      parts = [];
      waiting = 0;
      start = end + 1;
    }
    if (!tooLong && start < chunk.length) {
      parts.push(chunk.subarray(start));
      waiting += chunk.length - start;
      tooLong = waiting > limit;
    }
    return { lines, tooLong };
  };
}

/** The object that a line holds, or undefined: no JSON, or no object. */
export function objectOf(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
