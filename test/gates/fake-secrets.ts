/**
 * Values with the shape of secrets and no meaning. They are put together here, in two steps, so that no scanner trips over this repository.
 */
const fill = (length: number): string => 'Ab3dE5gH1jK7mN9pQ2rS4tU6vW8xY0zZ'.repeat(400).slice(0, length);

export const fakeSecrets = {
  github: ['ghp', fill(36)].join('_'),
  anthropic: ['sk', 'ant', 'api03', `${fill(93)}AA`].join('-'),
  npm: ['npm', fill(36)].join('_'),
  google: ['AIza', fill(35)].join(''),
  stripe: ['sk', 'live', fill(24)].join('_'),
  jwt: [['ey', 'J', fill(30)].join(''), ['ey', 'J', fill(40)].join(''), fill(43)].join('.'),
  awsSecretKey: fill(40),
  privateKey: [
    `-----BEGIN RSA ${'PRIVATE KEY'}-----`,
    `MII${fill(600)}`,
    `-----END RSA ${'PRIVATE KEY'}-----`,
    '',
  ].join('\n'),
} as const;
