import { describe, expect, it } from 'vitest';
import { matchesClaim, resolveClaim, trackedPaths } from '../../src/conflicts/index.ts';
import { checkCompliance } from '../../src/gates/compliance.ts';
import type { BuiltinGate } from '../../src/gates/verdict.ts';

const matches = (pattern: string, path: string): boolean => {
  const claim = { pattern, mode: 'edit', exclude: false, at: { line: 1, column: 1 } } as const;
  return matchesClaim(resolveClaim(claim, trackedPaths([])), path);
};
const gate = (protect?: readonly string[]): BuiltinGate => {
  return {
    name: 'rules',
    kind: 'builtin',
    builtin: 'compliance',
    timeoutMs: 1000,
    ...(protect === undefined ? {} : { protect }),
  };
};

describe('protected paths', () => {
  it('the licence, the owners and the workflows are protected without any setting', () => {
    const changed = [
      'LICENSE',
      'src/a.ts',
      '.github/workflows/ci.yml',
      'CODEOWNERS',
      '.github/CODEOWNERS',
      'LICENSE.md',
    ];
    const judgement = checkCompliance(gate(), { changed, matches });
    expect(judgement.verdict).toBe('fail');
    expect(judgement.findings.map((finding) => finding.path)).toEqual(changed.filter((path) => path !== 'src/a.ts'));
    expect(judgement.findings[0]).toEqual({
      rule: 'protected-path',
      severity: 'error',
      path: 'LICENSE',
      message: 'LICENSE is protected by the pattern LICENSE*.',
    });
  });

  it('the patterns of the config replace the default ones, and none protect nothing', () => {
    const changed = ['LICENSE', 'db/schema.sql'];
    expect(checkCompliance(gate(['db/**']), { changed, matches }).findings.map(({ path }) => path)).toEqual([
      'db/schema.sql',
    ]);
    expect(checkCompliance(gate([]), { changed, matches })).toEqual({ verdict: 'pass', findings: [] });
  });
});
