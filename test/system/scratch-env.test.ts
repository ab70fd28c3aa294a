import { expect, test } from 'vitest';
import { scratchEnvironment } from '../../src/system/index.ts';

const passes = {
  PATH: '/bin',
  HOME: '/home/una',
  USER: 'una',
  LANG: 'C.UTF-8',
  LC_TIME: 'C',
  TERM: 'xterm',
  TZ: 'UTC',
  TMPDIR: '/tmp',
  https_proxy: 'http://proxy',
  NO_PROXY: 'localhost',
  NODE_EXTRA_CA_CERTS: '/ca.pem',
};

test('of the environment of the user only what stands on the list gets to an agent', () => {
  const stays = {
    API_KEY: 'k',
    GIT_DIR: '/elsewhere',
    LOGNAME: 'una',
    NODE_OPTIONS: '--inspect',
    SHELL: '/bin/zsh',
    SSH_AUTH_SOCK: '/s',
    npm_config_user_agent: 'npm',
    'BASH_FUNC_ls%%': '() { :; }',
  };
  expect(scratchEnvironment({ ...passes, ...stays })).toEqual(passes);
});
