import { defineConfig } from 'vitest/config';

// Tests import the packages' sources, so that no build is needed before a test run.
// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export.
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/*/**/*.test.ts', 'resource-agents/**/*.test.ts'],
    // Generous: many tests start real processes, and a busy machine makes those slow, not wrong.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // Tests of real sockets and processes wait for times that a busy build machine may overrun once. Everything that is
    // deterministic fails twice as well.
    retry: process.env.CI ? 1 : 0,
    pool: 'forks',
    maxWorkers: 2,
  },
});
