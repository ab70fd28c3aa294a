import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    pool: 'forks',
    // Tests wait for git and other processes more than they compute, so every core gets a file.
    maxWorkers: '100%',
    retry: 0,
    // Generous on purpose: a limit here is there to end a hang, never to measure.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', './test/closing-line.ts'],
    // Whatever a test forgets to set, git never reads or writes the configuration of whoever runs the tests.
    env: { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
  },
});
