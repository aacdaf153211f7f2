// Bundles the programs: one file each, so that they start fast and need few open files. Runs on the pinned Node.
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';
import { buildAgents } from '../resource-agents/build.mjs';
import { bundleCli } from './bundle-cli.mjs';
import { cheapNoise } from './cheap-noise.mjs';
import { lazyBuiltins } from './lazy-builtins.mjs';
import { PINNED_NODE, ROOT } from './setup.mjs';

/** Bundle -> its entry. */
const PROGRAMS = [
  { file: 'packages/daemon/dist/bundle/holdfastd.mjs', entry: 'packages/daemon/src/main.ts', command: true },
  {
    file: 'packages/daemon/dist/bundle/policy-worker.mjs',
    entry: 'packages/daemon/src/policy/policy-worker.ts',
  },
  { file: 'packages/daemon/dist/bundle/spawner.mjs', entry: 'packages/executor/src/spawner/spawner-main.ts' },
];

/**
 * How V8 runs the daemon. A young generation of 2 MiB saves a fifth of its memory (with two malloc arenas) and costs no
 * processor time that can be measured: what a member allocates lives either for one step or for very long. Compiling each
 * function at its first call saves a fifth of the processor time of the first thousand changes. Compiling it well after
 * 100 calls, not 400, saves a quarter of an idle member's in its first minutes and an eighth of the first changes': all
 * of it runs again and again, and what it is called with hardly changes. Compiling it once more for the last few per cent
 * after 30,000 calls, not 3,000, saves another tenth of the first thousands; planning, which is loops, takes as long.
 */
const NODE_FLAGS = [
  '--max-semi-space-size=2',
  '--always-sparkplug',
  '--invocation-count-for-maglev=100',
  '--minimum-invocations-after-ic-update=100',
  '--invocation-count-for-turbofan=30000',
].join(' ');

const built = PROGRAMS.filter(({ entry }) => existsSync(join(ROOT, entry)));
for (const folder of new Set(PROGRAMS.map(({ file }) => dirname(join(ROOT, file))))) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}
await Promise.all(
  built.map(({ file, entry }) =>
    build({
      absWorkingDir: ROOT,
      entryPoints: [entry],
      outfile: file,
      bundle: true,
      platform: 'node',
      target: 'node24',
      format: 'esm',
      conditions: ['source'],
      sourcemap: true,
      sourcesContent: false,
      minifySyntax: true,
      legalComments: 'none',
      // Parts that are native or load their own files by path.
      external: ['level', 'classic-level', 'pino'],
      // Dependencies written as CommonJS call require() of Node's own modules.
      banner: {
        js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
      },
      plugins: [lazyBuiltins, cheapNoise],
      logLevel: 'warning',
    }),
  ),
);
await bundleCli();
for (const { file, command } of built) {
  if (command) writeLauncher(join(ROOT, file));
}

await buildAgents();

/**
 * A command without extension beside the bundle, for people, scripts and the systemd unit: runs it on the pinned Node,
 * with two malloc arenas for the sake of memory.
 */
function writeLauncher(bundle) {
  const launcher = bundle.replace(/\.mjs$/, '');
  const node = relative(dirname(launcher), PINNED_NODE);
  const file = launcher.split('/').pop();
  const text = `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
export MALLOC_ARENA_MAX="\${MALLOC_ARENA_MAX:-2}"
exec "$here/${node}" ${NODE_FLAGS} "$here/${file}.mjs" "$@"
`;
  writeFileSync(launcher, text);
  chmodSync(launcher, 0o755);
}
