import { describe, expect, it } from 'vitest';
import { keyFile } from '../../src/gates/key-files.ts';
import { fakeSecrets } from './fake-secrets.ts';

const verdict = (path: string, content = 'A=1\n'): string | undefined => {
  const found = keyFile(path, content);
  return found && `${found.severity} ${found.rule}`;
};

describe('files that give themselves away by their name', () => {
  it.each([
    ['.env', 'error secret-file/environment'],
    ['apps/web/.env', 'error secret-file/environment'],
    ['apps/web/.ENV', 'error secret-file/environment'],
    ['.env.local', 'error secret-file/environment'],
    ['.env.production.local', 'error secret-file/environment'],
    ['.env.production', 'warning secret-file/environment'],
    ['.ssh/id_rsa', 'warning secret-file/private-key'],
    ['id_ed25519', 'warning secret-file/private-key'],
    ['release.p12', 'warning secret-file/key-store'],
    ['android/app.keystore', 'warning secret-file/key-store'],
    ['.git-credentials', 'error secret-file/credentials'],
    ['home/.netrc', 'warning secret-file/credentials'],
  ])('%s is a finding', (path, expected) => {
    expect(verdict(path)).toBe(expected);
  });

  it.each([
    '.env.example',
    '.env.local.example',
    '.env.sample',
    '.env.template',
    'env',
    '.envrc.md',
    'id_rsa.pub',
    'src/env.ts',
    'x.environment',
  ])('%s is an ordinary file', (path) => {
    expect(verdict(path)).toBeUndefined();
  });

  it('a .pem is a finding only when it holds a private key, well-formed or not', () => {
    expect(verdict('ca.pem', '-----BEGIN CERTIFICATE-----\nMIIB\n')).toBeUndefined();
    expect(verdict('ca.pem', fakeSecrets.privateKey)).toBe('error secret-file/private-key');
    expect(verdict('ca.pem', `-----BEGIN ENCRYPTED ${'PRIVATE KEY'}-----\nshort`)).toBe(
      'error secret-file/private-key',
    );
    expect(verdict('id_rsa', `-----BEGIN ${'PRIVATE KEY'}-----\nshort`)).toBe('error secret-file/private-key');
  });
});
