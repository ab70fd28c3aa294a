const kept: ReadonlySet<string> = new Set([
  'PATH',
  'HOME',
  'USER',
  'LANG',
  'TERM',
  'TZ',
  'TMPDIR',
  // Proxies are read in both spellings.
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'all_proxy',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'ALL_PROXY',
  // Certificate authorities of a company's network, in the names that the usual tools read.
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'NODE_EXTRA_CA_CERTS',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'GIT_SSL_CAINFO',
]);

/**
 * The environment that agent-written code gets: built from scratch out of the user's own, by a list of what may pass.
 * Keys, tokens and git's own variables are not on it; what an agent needs beyond it stands in its profile. Pure.
 */
export function scratchEnvironment(user: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(user).filter(([name]) => kept.has(name) || name.startsWith('LC_')));
}
