// Bundles the command line: one small file per command with shared parts, so that a command loads what it needs and no
// more, and a manifest that lets oclif find a command without loading any.
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { build } from 'esbuild';
import { lazyBuiltins } from './lazy-builtins.mjs';
import { PINNED_NODE, ROOT } from './setup.mjs';

const PACKAGE = join(ROOT, 'packages/cli');
const SOURCES = join(PACKAGE, 'src');
const BUNDLE = join(PACKAGE, 'dist/bundle');
/** Programs that are the command line under another name: the word put before their arguments. */
const LAUNCHERS = { holdfast: '', crm: 'crm', crm_simulate: 'crm-simulate' };

/** What must start at once is a file of its own: shared parts would bring along what other commands need of them. */
const QUICK = ['status/quick-status.ts', 'simulate/quick-crm-simulate.ts'];
const quickApart = {
  name: 'quick-apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/quick-[a-z-]+\.ts$/ }, ({ path }) => ({
      path: `./${basename(path, '.ts')}.mjs`,
      external: true,
    }));
  },
};

/** Writes packages/cli/dist/bundle and packages/cli/oclif.manifest.json. */
export async function bundleCli() {
  rmSync(BUNDLE, { recursive: true, force: true });
  mkdirSync(BUNDLE, { recursive: true });
  const commands = readdirSync(join(SOURCES, 'commands'), { recursive: true })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(SOURCES, 'commands', path));
  const common = {
    absWorkingDir: ROOT,
    outdir: BUNDLE,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    conditions: ['source'],
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'warning',
  };
  await build({
    ...common,
    entryPoints: QUICK.map((path) => ({ in: join(SOURCES, path), out: basename(path, '.ts') })),
    plugins: [lazyBuiltins],
  });
  await build({
    ...common,
    entryPoints: [
      { in: join(SOURCES, 'main.ts'), out: 'holdfast' },
      { in: join(SOURCES, 'dev/dev-main.ts'), out: 'holdfast-dev' },
      { in: join(SOURCES, 'hooks/unknown-command.ts'), out: 'hooks/unknown-command' },
      ...commands.map((path) => ({ in: path, out: relative(SOURCES, path).replace(/\.ts$/, '') })),
    ],
    chunkNames: 'chunks/[hash]',
    splitting: true,
    // Dependencies written as CommonJS call require() of Node's own modules and look at __dirname.
    banner: {
      js: "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url); const __dirname = import.meta.dirname; const __filename = import.meta.filename;",
    },
    plugins: [lazyBuiltins, quickApart],
  });
  for (const [name, word] of Object.entries(LAUNCHERS)) writeLauncher(name, word);
  await writeManifest();
}

/** A command without extension, for people and scripts: runs the bundle on the pinned Node. */
function writeLauncher(name, word) {
  const node = relative(BUNDLE, PINNED_NODE);
  const called = word === '' ? '' : `export HOLDFAST_CALLED_AS=${word}\n`;
  // Each process that a shell starts costs milliseconds: links are followed only where there is one.
  const here =
    'self=$0\n[ -L "$self" ] && self=$(readlink -f "$self")\n' +
    'case $self in */*) ;; *) self=./$self ;; esac\nhere=${self%/*}\n';
  const text = `#!/bin/sh\n${here}${called}exec "$here/${node}" "$here/holdfast.mjs" "$@"\n`;
  writeFileSync(join(BUNDLE, name), text);
  chmodSync(join(BUNDLE, name), 0o755);
}

async function writeManifest() {
  const { Config, settings } = await import('@oclif/core');
  settings.enableAutoTranspile = false;
  rmSync(join(PACKAGE, 'oclif.manifest.json'), { force: true });
  const config = new Config({ root: PACKAGE, ignoreManifest: true });
  await config.load();
  const manifest = config.plugins.get('@holdfast/cli')?.manifest;
  if (!manifest || Object.keys(manifest.commands).length === 0)
    throw new Error('the manifest holds no commands');
  writeFileSync(join(PACKAGE, 'oclif.manifest.json'), `${JSON.stringify(manifest)}\n`);
}
