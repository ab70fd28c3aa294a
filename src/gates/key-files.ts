import type { Finding } from './verdict.ts';

type KeyFile = Pick<Finding, 'rule' | 'severity'> & { readonly what: string };

/** The words that name an environment file as a template, which is meant to be committed. */
const templateSuffix = /\.(?:example|sample|template|tpl|dist|defaults)$/;
const privateKey = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY|^PuTTY-User-Key-File-/m;
const sshKeyName = /^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$/;
const keyStoreName = /\.(?:p12|pfx|jks|keystore)$/;

/**
 * What the name of a newly added file gives away, with its content where the name alone says too little: a `.pem` is often a public
 * certificate. Returns undefined for an ordinary file. Names are compared without regard to case.
 */
export function keyFile(path: string, content: string): KeyFile | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  if (privateKey.test(content) && (sshKeyName.test(name) || /\.(?:pem|key|ppk)$/.test(name))) {
    return { rule: 'secret-file/private-key', severity: 'error', what: 'a private key file' };
  }
  if (sshKeyName.test(name))
    return { rule: 'secret-file/private-key', severity: 'warning', what: 'a file with the name of an SSH private key' };
  if (keyStoreName.test(name))
    return { rule: 'secret-file/key-store', severity: 'warning', what: 'a key store, whose content is not read' };
  return environmentFile(name) ?? credentialsFile(name);
}

/** `.env` and its local variants hold what one machine keeps to itself; `.env.production` and its like are committed by some frameworks. */
function environmentFile(name: string): KeyFile | undefined {
  if (name !== '.env' && !name.startsWith('.env.')) return undefined;
  if (templateSuffix.test(name)) return undefined;
  const severity = name === '.env' || name.endsWith('.local') ? 'error' : 'warning';
  return { rule: 'secret-file/environment', severity, what: 'an environment file' };
}

function credentialsFile(name: string): KeyFile | undefined {
  if (name === '.git-credentials')
    return { rule: 'secret-file/credentials', severity: 'error', what: 'a file with stored git passwords' };
  if (name !== '.netrc' && name !== '.pgpass') return undefined;
  return { rule: 'secret-file/credentials', severity: 'warning', what: 'a file with the name of a password store' };
}
