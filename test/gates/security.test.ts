import { describe, expect, it } from 'vitest';
import type { GateResult } from '../../src/gates/index.ts';
import { type Branch, caseOf, judgeQuietly, newBranch, security } from './case.ts';
import { fakeSecrets } from './fake-secrets.ts';

async function scan(branch: Branch): Promise<GateResult> {
  const { results } = await judgeQuietly(await caseOf(branch, [security]));
  expect(results).toHaveLength(1);
  return results[0] as GateResult;
}

const places = (result: GateResult): readonly unknown[] =>
  result.findings.map(({ rule, path, line }) => [rule, path, line]);

const utf16 = (text: string): Uint8Array => Buffer.from(`\ufeff${text}`, 'utf16le');

describe('the security gate', () => {
  it('a secret on an added line fails with its place and its commit, and its value stands nowhere in the result', async () => {
    const branch = await newBranch();
    const commit = await branch.commit({
      'src/client.ts': `export const a = 1;\nconst key = '${fakeSecrets.github}';\n`,
    });
    const result = await scan(branch);
    expect(result.verdict).toBe('fail');
    expect(places(result)).toEqual([['secret/github', 'src/client.ts', 2]]);
    expect(result.findings[0]?.message).toContain(commit.slice(0, 8));
    expect(JSON.stringify(result)).not.toContain(fakeSecrets.github);
    expect(JSON.stringify(result)).not.toContain(fakeSecrets.github.slice(8));
  });

  it('no kind of secret leaves its value in the result', async () => {
    const branch = await newBranch();
    await branch.commit({
      'all.txt': `${Object.values(fakeSecrets).join('\n')}\naws_secret_access_key = ${fakeSecrets.awsSecretKey}\n`,
    });
    const text = JSON.stringify(await scan(branch));
    for (const value of Object.values(fakeSecrets)) expect(text).not.toContain(value.trim().slice(12, 30));
  });

  it('a secret that the next commit removes fails all the same', async () => {
    const branch = await newBranch();
    await branch.commit({ 'a.ts': `const key = '${fakeSecrets.npm}';\n` });
    await branch.commit({ 'a.ts': 'const key = process.env.KEY;\n' });
    const result = await scan(branch);
    expect(result.verdict).toBe('fail');
    expect(places(result)).toEqual([['secret/npm', 'a.ts', 1]]);
  });

  it('a secret that was there before is not held against a branch that edits beside it or moves it', async () => {
    const branch = await newBranch({ 'fixture.ts': `const key = '${fakeSecrets.github}';\nconst b = 1;\n` });
    await branch.commit({ 'fixture.ts': `const b = 2;\n  const key = '${fakeSecrets.github}';\n` });
    expect(await scan(branch)).toMatchObject({ verdict: 'pass', findings: [] });
  });

  it('a secret beside an older one is found, and the older one is not', async () => {
    const branch = await newBranch({ 'fixture.ts': `const key = '${fakeSecrets.github}';\n` });
    await branch.commit({
      'fixture.ts': `const key = '${fakeSecrets.github}';\nconst other = '${fakeSecrets.npm}';\n`,
    });
    expect(places(await scan(branch))).toEqual([['secret/npm', 'fixture.ts', 2]]);
  });

  it('a value that only becomes a secret when letters behind it are removed is found', async () => {
    const branch = await newBranch({ 'a.ts': `const key = '${fakeSecrets.npm}butLonger';\n` });
    await branch.commit({ 'a.ts': `const key = '${fakeSecrets.npm}';\n` });
    expect(places(await scan(branch))).toEqual([['secret/npm', 'a.ts', 1]]);
  });

  it('a private key whose middle is edited is found, though its first line was there before', async () => {
    const [head, ...rest] = fakeSecrets.privateKey.split('\n');
    const branch = await newBranch({ 'k.txt': `${head}\n\n${rest.slice(1).join('\n')}` });
    await branch.commit({ 'k.txt': fakeSecrets.privateKey });
    expect(places(await scan(branch))).toEqual([['secret/privatekey', 'k.txt', 1]]);
  });

  it('the same value in one file is one finding, however many commits add it', async () => {
    const branch = await newBranch();
    await branch.commit({ 'a.ts': `const key = '${fakeSecrets.github}';\n` });
    await branch.commit({ 'a.ts': '// taken out\n' });
    await branch.commit({ 'a.ts': `// and in again\nconst key = '${fakeSecrets.github}';\n` });
    expect(places(await scan(branch))).toEqual([['secret/github', 'a.ts', 1]]);
  });

  it('a secretlint-disable comment written by the branch hides nothing', async () => {
    const branch = await newBranch();
    await branch.commit({
      'a.ts': `/* secretlint-disable */\nconst key = '${fakeSecrets.github}'; // secretlint-disable-line\n`,
    });
    expect(places(await scan(branch))).toEqual([['secret/github', 'a.ts', 2]]);
  });

  it.each([
    [
      'a diff attribute of the branch',
      { '.gitattributes': '* -diff\n', 'a.ts': '' },
      `key = '${fakeSecrets.github}'\n`,
    ],
    [
      'a binary attribute of the branch',
      { '.gitattributes': '* binary\n', 'a.ts': '' },
      `key = '${fakeSecrets.github}'\n`,
    ],
    ['a NUL byte before', { 'a.ts': 'x\0\n' }, `x\nkey = '${fakeSecrets.github}'\n`],
    ['a NUL byte', { 'a.ts': 'x\n' }, `x\n\0 key = '${fakeSecrets.github}'\n`],
    ['UTF-16', { 'a.ts': utf16('x\n') }, utf16(`x\nkey = '${fakeSecrets.github}'\n`)],
  ])('%s hides nothing', async (_, before, after) => {
    const branch = await newBranch({ 'README.md': 'hello\n' });
    await branch.commit(before);
    await branch.commit({ 'a.ts': after });
    const result = await scan(branch);
    expect(result.verdict).toBe('fail');
    expect(result.findings.map(({ rule, path }) => [rule, path])).toEqual([['secret/github', 'a.ts']]);
  });

  it('what a merge takes over is not added by it, and what the merge itself adds is', async () => {
    const branch = await newBranch({ 'a.ts': 'one\n', 'fixture.ts': '' });
    await branch.commit({ 'fixture.ts': `const key = '${fakeSecrets.github}';\n` });
    const main = await branch.git('rev-parse', 'HEAD');
    await branch.git('switch', '--quiet', '--create', 'work', branch.base);
    await branch.commit({ 'b.ts': 'two\n' });
    await branch.git('merge', '--quiet', '--no-ff', '--no-commit', 'main');
    await branch.commit({ 'b.ts': `two\nconst key = '${fakeSecrets.npm}';\n` });
    const gateCase = await caseOf(branch, [security], { base: main });
    const { results } = await judgeQuietly(gateCase);
    expect(results.flatMap(places)).toEqual([['secret/npm', 'b.ts', 2]]);
  });

  it('a branch with a root of its own adds all that its root holds', async () => {
    const branch = await newBranch();
    await branch.git('switch', '--quiet', '--orphan', 'fresh');
    await branch.commit({ 'a.ts': `const key = '${fakeSecrets.github}';\n` });
    expect(places(await scan(branch))).toEqual([['secret/github', 'a.ts', 1]]);
  });

  it('an environment file fails by its name, its template does not, and one that was there before may be edited', async () => {
    const branch = await newBranch({ 'old/.env': 'A=1\n' });
    await branch.commit({ 'old/.env': 'A=2\n', '.env': 'A=1\n', '.env.example': 'A=\n' });
    const result = await scan(branch);
    expect(result.verdict).toBe('fail');
    expect(places(result)).toEqual([['secret-file/environment', '.env', undefined]]);
  });

  it('a warning alone passes and is kept', async () => {
    const branch = await newBranch();
    await branch.commit({ 'a.md': `${fakeSecrets.jwt}\n` });
    const result = await scan(branch);
    expect(result).toMatchObject({ verdict: 'pass', findings: [{ rule: 'secret/jwt', severity: 'warning' }] });
  });

  it('a file too large to be read leaves the verdict unknown', async () => {
    const branch = await newBranch();
    await branch.commit({ 'big.txt': 'x'.repeat(9 * 1024 * 1024) });
    const result = await scan(branch);
    expect(result).toMatchObject({
      verdict: 'unknown',
      findings: [{ rule: 'not-scanned', path: 'big.txt', severity: 'warning' }],
    });
    expect(result.why).toContain('1 of the added files');
  });

  it('many findings are cut, and the cut keeps the error that decides', async () => {
    const branch = await newBranch();
    const tokens = Array.from(
      { length: 150 },
      (_, index) => `${fakeSecrets.jwt}${String(index).padStart(4, '0')}`,
    ).join('\n');
    await branch.commit({ 'a.txt': `${tokens}\n`, 'z.txt': `${fakeSecrets.github}\n` });
    const result = await scan(branch);
    expect(result.verdict).toBe('fail');
    expect(result.findings).toHaveLength(101);
    expect(result.findings[0]?.rule).toBe('secret/github');
    expect(result.findings.at(-1)).toMatchObject({ rule: 'more', message: 'There are 51 more findings.' });
  });

  it('a time limit that is over leaves the verdict unknown', async () => {
    const branch = await newBranch();
    await branch.commit({ 'a.ts': 'x\n' });
    const { verdict, results } = await judgeQuietly(await caseOf(branch, [{ ...security, timeoutMs: 0 }]));
    expect(verdict).toBe('blocked');
    expect(results).toMatchObject([{ verdict: 'unknown', why: 'It was still looking after 0 ms.' }]);
  });

  it('a cancel in the middle leaves the verdict unknown', async () => {
    const branch = await newBranch();
    await branch.commit({ 'a.ts': 'x\n' });
    const cancel = new AbortController();
    const { git, ...rest } = await caseOf(branch, [security], { signal: cancel.signal });
    const gateCase = {
      ...rest,
      get git() {
        cancel.abort();
        return git;
      },
    };
    const { results } = await judgeQuietly(gateCase);
    expect(results).toMatchObject([{ verdict: 'unknown', why: 'It was cancelled.' }]);
  });

  it('a deleted file and an empty branch have nothing to hide', async () => {
    const branch = await newBranch({ 'a.ts': `const key = '${fakeSecrets.github}';\n` });
    expect(await scan(branch)).toMatchObject({ verdict: 'pass' });
    await branch.git('rm', '--quiet', 'a.ts');
    await branch.commit({});
    expect(await scan(branch)).toMatchObject({ verdict: 'pass', findings: [] });
  });
});
