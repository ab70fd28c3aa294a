import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  combine,
  type Finding,
  type Gate,
  type Verdict,
  verdictOf,
  whyNotApplicable,
} from '../../src/gates/verdict.ts';

const anyVerdict = fc.constantFrom<Verdict>('pass', 'fail', 'n/a', 'unknown');
const warning: Finding = { rule: 'r', message: 'm', severity: 'warning' };
const error: Finding = { rule: 'r', message: 'm', severity: 'error' };

describe('verdicts', () => {
  it('one unknown or failed gate blocks, wherever it stands', () => {
    fc.assert(
      fc.property(
        fc.array(anyVerdict),
        fc.constantFrom<Verdict>('fail', 'unknown'),
        fc.array(anyVerdict),
        (before, bad, after) => {
          const results = [...before, bad, ...after].map((verdict) => ({ verdict }));
          expect(combine(results)).toBe('blocked');
        },
      ),
    );
  });

  it('gates that pass or do not apply let the branch through, and so do no gates', () => {
    expect(combine([{ verdict: 'pass' }, { verdict: 'n/a' }])).toBe('pass');
    expect(combine([])).toBe('pass');
  });

  it('an error fails even where something was left unchecked; a warning alone passes', () => {
    expect(verdictOf([warning, error], 'too large').verdict).toBe('fail');
    expect(verdictOf([warning], 'too large')).toEqual({ verdict: 'unknown', findings: [warning], why: 'too large' });
    expect(verdictOf([warning]).verdict).toBe('pass');
  });
});

describe('when a gate applies', () => {
  const facts = {
    task: { id: 'A-1', tags: ['financial'] },
    changed: ['src/a.ts'],
    matches: (pattern: string, path: string) => pattern === path,
  };
  const gate = (when?: Gate['when']): Gate => {
    return { name: 'g', kind: 'builtin', builtin: 'compliance', timeoutMs: 1, ...(when === undefined ? {} : { when }) };
  };

  it('a gate without conditions always applies', () => {
    expect(whyNotApplicable(gate(), facts)).toBeUndefined();
    expect(whyNotApplicable(gate({}), facts)).toBeUndefined();
  });

  it('one tag of the task or one changed path is enough', () => {
    expect(whyNotApplicable(gate({ tags: ['x', 'financial'] }), facts)).toBeUndefined();
    expect(whyNotApplicable(gate({ paths: ['other', 'src/a.ts'] }), facts)).toBeUndefined();
    expect(whyNotApplicable(gate({ tags: ['x'], paths: ['src/a.ts'] }), facts)).toBeUndefined();
  });

  it('otherwise it says what is missing', () => {
    expect(whyNotApplicable(gate({ tags: ['x'] }), facts)).toBe('the task has none of the tags x');
    expect(whyNotApplicable(gate({ tags: ['x'], paths: ['docs/**'] }), facts)).toBe(
      'the task has none of the tags x and no changed file matches docs/**',
    );
    expect(whyNotApplicable(gate({ tags: [] }), facts)).toBeDefined();
  });
});
