// What has to exist before anything can run: dependencies, then bundles. Runs on any Node from 20 on, before anything is
// installed, so it uses nothing but Node itself. Each part keeps a stamp and is skipped when nothing changed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** The Node that everything but these scripts runs on; pinned in devDependencies. */
export const PINNED_NODE = join(ROOT, 'node_modules/node/bin/node');

const INSTALL_STAMP = join(ROOT, 'node_modules/.holdfast-install');
const BUILD_STAMP = join(ROOT, 'packages/daemon/dist/bundle/.stamp');
const BUILD_INPUTS = ['packages', 'resource-agents', 'scripts', 'package-lock.json'];
/** What `npx NAME` runs in this folder. */
const COMMANDS = [
  'packages/cli/dist/bundle/holdfast',
  'packages/cli/dist/bundle/crm',
  'packages/daemon/dist/bundle/holdfastd',
];
const SKIPPED = new Set(['node_modules', 'dist', 'test', 'testdata']);

/** Installs what package-lock.json says, unless that is what is installed. */
export function ensureInstalled() {
  const wanted = hashOf([join(ROOT, 'package-lock.json')], (path) => readFileSync(path));
  if (existsSync(PINNED_NODE) && stampOf(INSTALL_STAMP) === wanted) return;
  say('installing dependencies (npm ci)');
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  runOrExit(command, [...first, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    // The daemons' own flags must not reach npm, and a production setting of the caller must not hide our tools.
    env: { ...process.env, NODE_ENV: 'development', NODE_OPTIONS: '' },
  });
  if (!existsSync(PINNED_NODE)) {
    say(`the pinned Node is missing at ${PINNED_NODE}: the package "node" could not install its binary`);
    process.exit(1);
  }
  writeFileSync(INSTALL_STAMP, wanted);
}

/** Bundles the programs, unless no input changed. */
export function ensureBundled() {
  const wanted = hashOf(
    BUILD_INPUTS.map((path) => join(ROOT, path)),
    (_, stat) => `${stat.size}:${stat.mtimeMs}`,
  );
  if (stampOf(BUILD_STAMP) === wanted) return;
  say('building');
  runOrExit(PINNED_NODE, [join(ROOT, 'scripts/bundle.mjs')]);
  linkCommands();
  mkdirSync(dirname(BUILD_STAMP), { recursive: true });
  writeFileSync(BUILD_STAMP, wanted);
}

/** npm links commands of workspaces only if they exist when it installs; these are built later. */
function linkCommands() {
  for (const command of COMMANDS) {
    const link = join(ROOT, 'node_modules/.bin', command.split('/').pop());
    rmSync(link, { force: true });
    symlinkSync(join('../..', command), link);
  }
}

export function say(text) {
  process.stderr.write(`holdfast: ${text}\n`);
}

/** Runs a program with this terminal; ends this process with its exit code when it fails. */
export function runOrExit(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', ...options });
  if (result.error) say(`${command}: ${result.error.message}`);
  if (result.status !== 0) process.exit(result.status ?? 1);
}

function stampOf(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function hashOf(paths, describe) {
  const hash = createHash('sha256').update(process.platform + process.arch);
  const visit = (path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) return;
    if (!stat.isDirectory()) {
      hash.update(path).update(describe(path, stat));
      return;
    }
    for (const entry of readdirSync(path).sort()) {
      if (!SKIPPED.has(entry) && !entry.endsWith('.tsbuildinfo')) visit(join(path, entry));
    }
  };
  for (const path of paths) visit(path);
  return hash.digest('hex');
}
