import type { ClaimingTask } from '../../src/conflicts/index.ts';
import type { Claim } from '../../src/tasks/index.ts';

/** Reads `!docs/**`, `read: src/a.ts` or `src/a.ts` as a claim. */
export function claim(text: string): Claim {
  const exclude = text.startsWith('!');
  const reads = text.startsWith('read: ');
  const pattern = exclude ? text.slice(1) : reads ? text.slice('read: '.length) : text;
  return { pattern, mode: reads ? 'read' : 'edit', exclude, at: { line: 1, column: 1 } };
}

export const task = (id: string, ...claims: readonly string[]): ClaimingTask => ({ id, claims: claims.map(claim) });
