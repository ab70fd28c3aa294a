import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { loadSecretRules, type SecretRules } from '../../src/gates/secret-rules.ts';
import { fakeSecrets } from './fake-secrets.ts';

let rules: SecretRules;
beforeAll(async () => {
  rules = await loadSecretRules();
});

describe('the secret rules', () => {
  it.each([
    ['github', fakeSecrets.github, 'secret/github'],
    ['anthropic', fakeSecrets.anthropic, 'secret/anthropic'],
    ['npm', fakeSecrets.npm, 'secret/npm'],
    ['a Google API key', fakeSecrets.google, 'secret/google-api-key'],
    ['a live Stripe key', fakeSecrets.stripe, 'secret/stripe'],
    ['a private key', fakeSecrets.privateKey, 'secret/privatekey'],
  ])('%s is found as an error, exactly where it stands', async (_, secret, rule) => {
    const text = `const before = 1;\nkey = "${secret}"\nconst after = 2;\n`;
    const hits = await rules(text, 'src/key.ts');
    expect(hits.map((hit) => [hit.rule, hit.severity])).toEqual([[rule, 'error']]);
    expect(text.slice(hits[0]?.start, hits[0]?.end).trim()).toBe(secret.trim());
    expect(hits[0]?.what).not.toContain(secret.trim());
  });

  it('a JSON web token is only a warning', async () => {
    const hits = await rules(`token: ${fakeSecrets.jwt}\n`, 'notes.md');
    expect(hits.map((hit) => [hit.rule, hit.severity])).toEqual([['secret/jwt', 'warning']]);
  });

  it('a short word with the right beginning and a look-alike inside a longer word are no secrets', async () => {
    const text = ['AIzaTooShort', `x${fakeSecrets.google}`, `${fakeSecrets.google}yz`].join('\n');
    expect(await rules(text, 'a.txt')).toEqual([]);
  });

  it.each([
    '// secretlint-disable',
    '// secretlint-disable-next-line',
    '/* secretlint-disable-line */',
    '# secretlint-disable',
  ])('a comment %s does not switch a rule off', async (comment) => {
    const text = `${comment}\nconst key = '${fakeSecrets.github}'; ${comment}\n`;
    expect((await rules(text, 'a.ts')).map((hit) => hit.rule)).toEqual(['secret/github']);
  });

  it('a path of the branch is never opened on this machine', async () => {
    const reading = vi.spyOn(fs, 'readFileSync');
    syncBuiltinESMExports();
    try {
      for (const name of ['a.p12', 'a.json', '.npmrc', 'package.json']) await rules(fakeSecrets.github, name);
      expect(reading).not.toHaveBeenCalled();
    } finally {
      reading.mockRestore();
      syncBuiltinESMExports();
    }
  });

  it('a service account of Google Cloud is found by its shape', async () => {
    const text = JSON.stringify({ private_key_id: 'x', private_key: fakeSecrets.privateKey }, null, 2);
    expect((await rules(text, 'account.json')).map((hit) => hit.rule).sort()).toEqual([
      'secret/gcp',
      'secret/privatekey',
    ]);
  });
});
