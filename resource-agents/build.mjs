// Bundles each agent to one file, so that it starts fast, and writes a launcher beside the others that any OCF manager
// can run. Layout of dist/:
//   ocf/holdfast/NAME   launchers of resource agents, for a folder list of the executor or OCF_ROOT/resource.d
//   fence/NAME          launchers of fence agents
//   lib/NAME.mjs        the code      lib/NAME.xml   its meta-data, printed without starting Node
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(HERE);
const NODE_FLAGS = '--max-semi-space-size=1 --no-warnings';

/** Builds all agents. `dist` is replaced. */
export async function buildAgents(dist = join(HERE, 'dist')) {
  for (const folder of ['ocf', 'fence', 'lib']) rmSync(join(dist, folder), { recursive: true, force: true });
  const agents = [
    ...namesIn(HERE, 'main.ts').map((name) => ({ name, folder: join(HERE, name), kind: 'ocf' })),
    ...namesIn(join(HERE, 'fencing'), 'main.ts').map((name) => ({
      // Fence agents are called fence_SOMETHING everywhere.
      name: name.replace('-', '_'),
      folder: join(HERE, 'fencing', name),
      kind: 'fence',
    })),
  ];
  const programs = agents.map(({ name, folder }) => ({ in: join(folder, 'main.ts'), out: name }));
  programs.push({ in: join(HERE, 'endpoint/forwarder.ts'), out: 'endpoint-forwarder' });
  await build({
    absWorkingDir: ROOT,
    entryPoints: programs,
    outdir: join(dist, 'lib'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    conditions: ['source'],
    minify: true,
    keepNames: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  for (const agent of agents) writeAgent(dist, agent);
}

function namesIn(folder, file) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && readdirSync(join(folder, entry.name)).includes(file))
    .map((entry) => entry.name)
    .sort();
}

function writeAgent(dist, { name, kind }) {
  const bundle = join(dist, 'lib', `${name}.mjs`);
  const [args, input] = kind === 'ocf' ? [['meta-data'], ''] : [[], 'action=metadata\n'];
  const metadata = execFileSync(process.execPath, ['--no-warnings', bundle, ...args], { input });
  writeFileSync(join(dist, 'lib', `${name}.xml`), metadata);
  const folder = join(dist, kind, ...(kind === 'ocf' ? ['holdfast'] : []));
  mkdirSync(folder, { recursive: true });
  const launcher = join(folder, name);
  const lib = relative(folder, join(dist, 'lib'));
  const pinned = relative(folder, join(ROOT, 'node_modules/node/bin/node'));
  writeFileSync(launcher, launcherText({ name, kind, lib, pinned }));
  chmodSync(launcher, 0o755);
}

function launcherText({ name, kind, lib, pinned }) {
  const asked = kind === 'ocf' ? '"$1" = meta-data' : '"$*" = "-o metadata"';
  const metadata = `[ ${asked} ] && exec cat "$here/${lib}/${name}.xml"\n`;
  return `#!/bin/sh
# Runs the agent on the daemon's own Node, else on the one it was built with, else on any.
# Folders may be links as well: where the agent is installed, those of the daemon's settings are.
if [ -L "$0" ]; then here=$(dirname "$(readlink -f "$0")"); else here=$(cd -P "\${0%/*}" && pwd); fi
${metadata}node=\${HOLDFAST_NODE_BINARY:-$here/${pinned}}
[ -x "$node" ] || node=node
exec "$node" ${NODE_FLAGS} "$here/${lib}/${name}.mjs" "$@"
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAgents();
