import { defineConfig } from 'vitest/config';

// Tests import the packages' sources, so that no build is needed before a test run.
// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export.
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
  test: { include: ['packages/*/test/**/*.test.ts', 'test/*/**/*.test.ts', 'resource-agents/**/*.test.ts'], testTimeout: 30_000, pool: 'forks', maxWorkers: 2 },
});
