import { type Piece, part, positionOf, splitOutside, withoutBackticks } from './piece.ts';
import type { Claim, ClaimMode } from './task.ts';

/** A claim whose text cannot name files of the repository, with the end of the sentence "the claim X ...". */
export interface ClaimFault {
  readonly claim: Claim;
  readonly code: 'badClaim' | 'broadClaim';
  readonly fault: string;
}

/** Reads `create src/a.ts, src/{b,c}.ts, !src/d.ts`: entries between commas outside braces and backticks. */
export function readClaims(piece: Piece): readonly Claim[] {
  const { text } = piece;
  return splitOutside(text, (at) => (text[at] === ',' ? 1 : 0), '{}')
    .map(({ start, end }) => part(piece, start, end))
    .filter((entry) => entry.text !== '')
    .map(readClaim);
}

function readClaim(entry: Piece): Claim {
  const before = exclusion(entry);
  const mode = /^(create|edit|delete|read)\s+(?=\S)/i.exec(before.rest.text);
  const behind = exclusion(mode === null ? before.rest : part(before.rest, mode[0].length));
  const quoted = withoutBackticks(behind.rest);
  const isQuoted = quoted !== behind.rest;
  return {
    pattern: isQuoted ? quoted.text : quoted.text.replace(/^(?:\.\/)+(?=.)/, ''),
    mode: (mode?.[1]?.toLowerCase() ?? 'edit') as ClaimMode,
    exclude: before.isExclusion || behind.isExclusion,
    at: positionOf(entry),
  };
}

function exclusion(entry: Piece): { readonly isExclusion: boolean; readonly rest: Piece } {
  const isExclusion = entry.text.startsWith('!') && entry.text.length > 1;
  return { isExclusion, rest: isExclusion ? part(entry, 1) : entry };
}

/** What is wrong with a claim without looking at the repository; undefined when nothing is. */
export function claimFault(claim: Claim): ClaimFault | undefined {
  const { pattern } = claim;
  const steps = pattern.split('/');
  if (pattern.trim() === '' || pattern === '!') return bad(claim, 'names no file; write a path or a glob');
  if (pattern.startsWith('/') || /^[A-Za-z]:[\\/]/.test(pattern))
    return bad(claim, 'is absolute; write it from the root of the repository');
  if (steps.includes('..'))
    return bad(claim, 'leaves the repository; write it from the root of the repository without `..`');
  if (!bracesClose(pattern)) return bad(claim, 'has a brace without its partner; close it');
  if (claim.exclude || claim.mode === 'read') return undefined;
  if (/^(?:\.\/?|[*/]+)$/.test(pattern)) {
    return {
      claim,
      code: 'broadClaim',
      fault: 'takes the whole repository, so the task overlaps with every other; name folders',
    };
  }
  return undefined;
}

function bad(claim: Claim, fault: string): ClaimFault {
  return { claim, code: 'badClaim', fault };
}

function bracesClose(pattern: string): boolean {
  let depth = 0;
  for (const char of pattern) {
    if (char === '{') depth += 1;
    if (char === '}') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}
