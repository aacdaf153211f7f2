// `npm run package`: one archive with everything a machine needs, the pinned Node included. Unpacked at / it is installed.
// Inside /usr/lib/holdfast files lie as in this repository, so that programs find each other the same way.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PINNED_NODE, ROOT, runOrExit, say } from './setup.mjs';

const HOME = 'usr/lib/holdfast';
/** Parts of the repository that run on a machine. */
const PARTS = [
  'packages/daemon/dist/bundle',
  'packages/cli/dist/bundle',
  'packages/cli/package.json',
  'packages/cli/oclif.manifest.json',
  'resource-agents/dist/ocf',
  'resource-agents/dist/fence',
  'resource-agents/dist/lib',
  'LICENSE',
];
/** Dependencies that are not part of the bundles; what these need comes along. */
const DEPENDENCIES = ['level', 'pino'];
const PLATFORM = `${process.platform}-${process.arch}`;
/** Link -> where it leads, from the folder of the link. */
const LINKS = {
  [`${HOME}/bin/holdfastd`]: '../packages/daemon/dist/bundle/holdfastd',
  [`${HOME}/agents`]: 'resource-agents/dist/ocf',
  [`${HOME}/fence`]: 'resource-agents/dist/fence',
  'usr/sbin/holdfastd': '../lib/holdfast/packages/daemon/dist/bundle/holdfastd',
  'usr/bin/holdfast': '../lib/holdfast/packages/cli/dist/bundle/holdfast',
};
/** Who may use the control socket; made by systemd-sysusers. */
const GROUP = 'g haclient -\n';

/** Writes dist/holdfast-VERSION-PLATFORM.tar.gz and says what to do with it. */
export function packageAll() {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const archive = join(ROOT, `dist/holdfast-${version}-${PLATFORM}.tar.gz`);
  const tree = mkdtempSync(join(tmpdir(), 'holdfast-package-'));
  try {
    layOut(tree);
    mkdirSync(dirname(archive), { recursive: true });
    say('packing');
    const owner = ['--owner=root', '--group=root', '--sort=name'];
    runOrExit('tar', ['-C', tree, ...owner, '-I', 'gzip -1', '-cf', archive, 'usr']);
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
  const megabytes = Math.round(statSync(archive).size / 1e6);
  process.stdout.write(
    `${archive} (${megabytes} MB)\non each machine: tar -C / -xzf ${archive.split('/').pop()}\n`,
  );
}

function layOut(tree) {
  const place = (from, to) => cpSync(join(ROOT, from), join(tree, to), { recursive: true, filter: isWanted });
  for (const part of PARTS) place(part, `${HOME}/${part}`);
  for (const name of closure(DEPENDENCIES)) place(`node_modules/${name}`, `${HOME}/node_modules/${name}`);
  const node = join(tree, HOME, 'node_modules/node/bin/node');
  mkdirSync(dirname(node), { recursive: true });
  cpSync(PINNED_NODE, node);
  chmodSync(node, 0o755);
  place('packages/daemon/systemd/holdfastd.service', 'usr/lib/systemd/system/holdfastd.service');
  mkdirSync(join(tree, 'usr/lib/sysusers.d'), { recursive: true });
  writeFileSync(join(tree, 'usr/lib/sysusers.d/holdfast.conf'), GROUP);
  for (const [link, target] of Object.entries(LINKS)) {
    mkdirSync(dirname(join(tree, link)), { recursive: true });
    symlinkSync(target, join(tree, link));
  }
  placeLicences(tree);
  // Folders made here have the umask of whoever packs; they are everybody's to read on the machine.
  spawnSync('chmod', ['-R', 'u=rwX,go=rX', tree]);
}

/** The bundles hold code of other people, whose licences ask for being passed on with it. */
function placeLicences(tree) {
  const ours = readdirSync(join(ROOT, 'packages')).map((name) =>
    join(ROOT, 'packages', name, 'package.json'),
  );
  const direct = ours.flatMap((path) =>
    Object.keys(JSON.parse(readFileSync(path, 'utf8')).dependencies ?? {}),
  );
  const folder = join(tree, 'usr/share/doc/holdfast/licenses');
  mkdirSync(folder, { recursive: true });
  const lines = [];
  for (const name of closure(direct.filter((each) => !each.startsWith('@holdfast/')))) {
    const from = join(ROOT, 'node_modules', name);
    const to = join(folder, name.replace('/', '__'));
    const { version, license } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
    lines.push(`${name} ${version}: ${license}\n`);
    for (const file of readdirSync(from).filter((each) => /^(licen[cs]e|copying|notice)/i.test(each)))
      cpSync(join(from, file), join(to, file), { recursive: true });
  }
  writeFileSync(join(folder, 'packages.txt'), lines.sort().join(''));
}

/** Source maps, sources of native parts and what is built for other systems stay behind. */
function isWanted(path) {
  if (/\.map$|\/\.stamp$|\/classic-level\/(deps|binding\.(cc|gyp)|.*\.md)/.test(path)) return false;
  const prebuilt = /\/prebuilds\/([^/]+)/.exec(path)?.[1];
  return prebuilt === undefined || prebuilt === PLATFORM;
}

/** Names of packages and of all that they depend on. */
function closure(names) {
  const found = new Set();
  const visit = (name) => {
    if (found.has(name)) return;
    found.add(name);
    const path = join(ROOT, 'node_modules', name, 'package.json');
    const manifest = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
    for (const needed of Object.keys(manifest.dependencies ?? {})) visit(needed);
  };
  names.forEach(visit);
  return found;
}
