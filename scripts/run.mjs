// The entry of `npm start`, `npm test`, `npm run build` and `npm run package`: does all set-up, then runs the real thing on the pinned Node.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageAll } from './package.mjs';
import { ensureBundled, ensureInstalled, PINNED_NODE, ROOT, runOrExit, say } from './setup.mjs';

/** Test phases in order. Whole-system tests come last and alone, because they measure time. */
const PHASES = [
  {
    name: 'unit, structure and conformance',
    folders: ['packages', 'resource-agents', 'test/structure', 'test/conformance'],
    workers: 2,
  },
  { name: 'simulation', folders: ['test/simulation'], workers: 2 },
  { name: 'cluster', folders: ['test/cluster'], workers: 1 },
];

const DEV_PROGRAM = join(ROOT, 'packages/cli/dist/bundle/holdfast-dev.mjs');

const [command, ...args] = process.argv.slice(2);
const COMMANDS = { start, test, build, package: pack };
const run = COMMANDS[command];
if (!run) {
  say(`unknown command ${command}; known: ${Object.keys(COMMANDS).join(', ')}`);
  process.exit(64);
}
run(args);

function start(rest) {
  ensureInstalled();
  ensureBundled();
  const tour = rest.includes('--tour');
  const passed = rest.filter((arg) => arg !== '--tour');
  const child = spawn(PINNED_NODE, [DEV_PROGRAM, tour ? 'tour' : 'start', ...passed], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  // The child decides how to end: it has daemons to stop. A terminal sends Ctrl-C to both.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}

function build() {
  ensureInstalled();
  runOrExit(PINNED_NODE, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-b']);
  ensureBundled();
}

function pack() {
  build();
  packageAll();
}

function test(rest) {
  build();
  if (rest.length > 0) return runOrExit(PINNED_NODE, [vitest(), 'run', ...rest]);
  checkTests();
  const totals = { passed: 0, failed: 0, skipped: 0 };
  let broken = false;
  const reports = mkdtempSync(join(tmpdir(), 'holdfast-test-'));
  mkdirSync(reports, { recursive: true });
  for (const phase of PHASES) {
    say(`tests: ${phase.name}`);
    const report = join(reports, `${phase.folders.length}-${phase.workers}-${phase.name.slice(0, 4)}.json`);
    const result = spawnSync(
      PINNED_NODE,
      [
        vitest(),
        'run',
        ...phase.folders,
        `--maxWorkers=${phase.workers}`,
        '--passWithNoTests',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
      ],
      { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] },
    );
    broken ||= result.status !== 0;
    addTotals(totals, report, phase.name);
  }
  rmSync(reports, { recursive: true, force: true });
  process.stdout.write(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`);
  process.exit(broken || totals.failed > 0 ? 1 : 0);
}

/** Type errors in tests fail the test command, and so do format and lint errors; warnings do not. */
function checkTests() {
  say('checking the types of tests, format and style');
  runOrExit(PINNED_NODE, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', join(ROOT, 'test')]);
  runOrExit(PINNED_NODE, [
    join(ROOT, 'node_modules/@biomejs/biome/bin/biome'),
    'check',
    '--diagnostic-level=error',
    ROOT,
  ]);
}

function vitest() {
  return join(ROOT, 'node_modules/vitest/vitest.mjs');
}

function addTotals(totals, report, phase) {
  try {
    const numbers = JSON.parse(readFileSync(report, 'utf8'));
    totals.passed += numbers.numPassedTests;
    totals.failed += numbers.numFailedTests;
    totals.skipped += numbers.numPendingTests + numbers.numTodoTests;
  } catch {
    say(`the ${phase} tests left no report`);
    totals.failed += 1;
  }
}
