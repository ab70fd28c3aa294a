import { crc32 } from 'node:zlib';

const crcLength = 8;
const space = 0x20;
const lineFeed = 0x0a;

/** One line of the journal: `crc32 SP json LF`, the checksum of the JSON bytes as eight lowercase hexadecimal digits. */
export function lineOf(json: string): Buffer {
  const body = Buffer.from(json, 'utf8');
  const line = Buffer.allocUnsafe(crcLength + 1 + body.length + 1);
  line.write(crc32(body).toString(16).padStart(crcLength, '0'), 0, 'latin1');
  line[crcLength] = space;
  body.copy(line, crcLength + 1);
  line[line.length - 1] = lineFeed;
  return line;
}

/** The JSON text of the line that stands from `start` up to its line feed at `end`, or undefined when its bytes are not the ones that were written. */
export function jsonOf(bytes: Buffer, start: number, end: number): string | undefined {
  const bodyStart = start + crcLength + 1;
  if (end <= bodyStart || bytes[bodyStart - 1] !== space) return undefined;
  const expected = readHex(bytes, start);
  if (expected === undefined || crc32(bytes.subarray(bodyStart, end)) !== expected) return undefined;
  return bytes.toString('utf8', bodyStart, end);
}

/** Digit by digit: `Number.parseInt` would also take capital letters, blanks and a sign, which nobody here wrote. */
function readHex(bytes: Buffer, start: number): number | undefined {
  let value = 0;
  for (let at = start; at < start + crcLength; at += 1) {
    const code = bytes[at] ?? 0;
    const digit = code >= 0x30 && code <= 0x39 ? code - 0x30 : code >= 0x61 && code <= 0x66 ? code - 0x57 : -1;
    if (digit < 0) return undefined;
    value = value * 16 + digit;
  }
  return value;
}
