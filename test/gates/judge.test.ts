import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Gate, type GateResult, judge } from '../../src/gates/index.ts';
import { err, ok } from '../../src/std/index.ts';
import { scratchFolder } from '../support/scratch.ts';
import { waitFor } from '../support/wait-for.ts';
import { type Branch, caseOf, judgeQuietly, newBranch, security } from './case.ts';

const command = (name: string, line: string | readonly string[], more: Partial<Gate> = {}): Gate =>
  ({ name, kind: 'command', command: line, timeoutMs: 60_000, ...more }) as Gate;
const compliance: Gate = {
  name: 'compliance',
  kind: 'builtin',
  builtin: 'compliance',
  timeoutMs: 60_000,
  protect: ['b.ts'],
};
const verdicts = (results: readonly GateResult[]): readonly unknown[] =>
  results.map(({ gate, verdict }) => [gate, verdict]);

async function changedBranch(): Promise<Branch> {
  const branch = await newBranch();
  await branch.commit({ 'b.ts': 'two\n' });
  return branch;
}

describe('judging a branch', () => {
  it('built-in gates come first, and one that fails stops none of the others', async () => {
    const gateCase = await caseOf(await changedBranch(), [
      command('lint', 'exit 1'),
      command('test', 'exit 0'),
      compliance,
      security,
    ]);
    const told: GateResult[] = [];
    const { verdict, results } = await judge(gateCase, async (result) => void told.push(result));
    expect(verdict).toBe('blocked');
    expect(verdicts(results)).toEqual([
      ['compliance', 'fail'],
      ['security', 'pass'],
      ['lint', 'fail'],
      ['test', 'pass'],
    ]);
    expect(told).toEqual(results);
  });

  it('a command runs in the checkout, with only the given environment, and what it prints is kept', async () => {
    const branch = await changedBranch();
    const gate = command('look', ['/bin/sh', '-c', 'cat b.ts; echo "[$SECRET_OF_THE_USER]" >&2']);
    process.env['SECRET_OF_THE_USER'] = 'leak';
    const { verdict, results } = await judgeQuietly(await caseOf(branch, [gate])).finally(() => {
      delete process.env['SECRET_OF_THE_USER'];
    });
    expect(verdict).toBe('pass');
    expect(readFileSync(results[0]?.log ?? '', 'utf8')).toBe('two\n[]\n');
  });

  it('a failed command says its exit code, in a finding too', async () => {
    const { results } = await judgeQuietly(await caseOf(await changedBranch(), [command('lint', 'exit 3')]));
    expect(results).toMatchObject([
      { verdict: 'fail', why: 'It ended with exit code 3.', findings: [{ rule: 'command', severity: 'error' }] },
    ]);
  });

  it.each([
    ['ends by a signal', command('g', 'kill -KILL $$'), /SIGKILL/],
    ['cannot be started', command('g', ['/no/such/program']), /could not be started/],
    ['runs longer than it may', command('g', 'exec sleep 1000', { timeoutMs: 100 }), /still running after 100 ms/],
  ])('a command that %s is unknown and blocks', async (_, gate, why) => {
    const { verdict, results } = await judgeQuietly(await caseOf(await changedBranch(), [gate]));
    expect(verdict).toBe('blocked');
    expect(results).toMatchObject([{ verdict: 'unknown', why: expect.stringMatching(why) }]);
  });

  it('the checkout is asked for once, and not at all when no command applies', async () => {
    const branch = await changedBranch();
    let asked = 0;
    const checkout = async () => {
      asked += 1;
      return ok(branch.repo.root);
    };
    const other = command('other', 'exit 1', { when: { tags: ['other'] } });
    expect((await judgeQuietly(await caseOf(branch, [security, other], { checkout }))).verdict).toBe('pass');
    expect(asked).toBe(0);
    await judgeQuietly(await caseOf(branch, [command('a', 'true'), command('b', 'true')], { checkout }));
    expect(asked).toBe(1);
  });

  it('without a checkout every command is unknown, whether it was refused or broke', async () => {
    const gates = [security, command('a', 'true'), command('b', 'true')];
    const refused = { checkout: async () => err({ message: 'no space' }) };
    const broken = { checkout: () => Promise.reject(new Error('bug')) };
    for (const change of [refused, broken]) {
      const { verdict, results } = await judgeQuietly(await caseOf(await changedBranch(), gates, change));
      expect(verdict).toBe('blocked');
      expect(results.map((result) => result.verdict)).toEqual(['pass', 'unknown', 'unknown']);
    }
  });

  it('a gate that breaks is unknown, and the next one still runs', async () => {
    const gateCase = await caseOf(await changedBranch(), [security, { ...compliance, protect: [] }], {
      tip: 'no-such-commit',
    });
    const { verdict, results } = await judgeQuietly(gateCase);
    expect(verdict).toBe('blocked');
    expect(verdicts(results)).toEqual([
      ['security', 'unknown'],
      ['compliance', 'pass'],
    ]);
    expect(results[0]?.why).toContain('The gate itself broke');
  });

  it('what goes wrong while a result is told is no verdict', async () => {
    const gateCase = await caseOf(await changedBranch(), [compliance]);
    await expect(judge(gateCase, () => Promise.reject(new Error('journal')))).rejects.toThrow('journal');
  });

  it('a cancel stops the command that runs, and those after it are unknown without a start', async () => {
    const cancel = new AbortController();
    const branch = await changedBranch();
    const started = join(scratchFolder(), 'started');
    const gates = [
      command('long', `echo > '${started}'; exec sleep 1000`),
      command('next', `echo > '${started}-next'`),
    ];
    const judging = caseOf(branch, gates, { signal: cancel.signal }).then(judgeQuietly);
    await waitFor(() => (existsSync(started) ? true : undefined), 'the command');
    cancel.abort();
    const { verdict, results } = await judging;
    expect(verdict).toBe('blocked');
    expect(results).toMatchObject([
      { verdict: 'unknown', why: 'It was cancelled.' },
      { verdict: 'unknown', why: 'It was cancelled before it began.' },
    ]);
    expect(existsSync(`${started}-next`)).toBe(false);
  });

  it('gates whose names are paths write below the log folder only', async () => {
    const gateCase = await caseOf(await changedBranch(), [command('../up/lint', 'true'), command('..', 'true')]);
    const { results } = await judgeQuietly(gateCase);
    expect(results.map(({ log }) => log)).toEqual([
      join(gateCase.logFolder, '..%2Fup%2Flint.log'),
      join(gateCase.logFolder, '...log'),
    ]);
  });
});
