// Bundles the programs into dist/: one file each, so that they start fast and need few open files. Runs on the pinned Node.
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from './setup.mjs';

const DIST = join(ROOT, 'dist');
/** Program name -> source. Missing sources are not built. */
const PROGRAMS = {
  holdfastd: 'packages/daemon/src/main.ts',
  'policy-worker': 'packages/daemon/src/policy/policy-worker.ts',
  spawner: 'packages/executor/src/spawner/spawner-main.ts',
  holdfast: 'packages/cli/src/main.ts',
};

const entryPoints = Object.fromEntries(
  Object.entries(PROGRAMS).filter(([, source]) => existsSync(join(ROOT, source))),
);
for (const name of existsSync(DIST) ? readdirSync(DIST) : []) {
  rmSync(join(DIST, name), { recursive: true, force: true });
}
mkdirSync(DIST, { recursive: true });
await build({
  absWorkingDir: ROOT,
  entryPoints,
  outdir: DIST,
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  platform: 'node',
  target: 'node24',
  format: 'esm',
  conditions: ['source'],
  sourcemap: true,
  sourcesContent: false,
  minifySyntax: true,
  legalComments: 'none',
  // Native parts and modules that load their own files by path.
  external: ['level', 'classic-level', 'pino', '@oclif/core'],
  // Dependencies written as CommonJS call require() of Node's modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
for (const name of Object.keys(entryPoints)) {
  const program = join(DIST, name);
  writeFileSync(
    program,
    `#!/bin/sh\nexec "$(dirname "$0")/../node_modules/.bin/node" --enable-source-maps "$0.js" "$@"\n`,
  );
  chmodSync(program, 0o755);
}
if (existsSync(join(ROOT, 'resource-agents')))
  cpSync(join(ROOT, 'resource-agents'), join(DIST, 'resource-agents'), { recursive: true });
