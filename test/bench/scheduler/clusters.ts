import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const STATES = ['first-start', 'node-failed'] as const;
export type State = (typeof STATES)[number];

/** What is demanded of one size in one state; factors are of the reference's CPU time in the same run. */
export interface Target {
  readonly factor?: number;
  readonly cpuSeconds?: number;
  readonly memoryMb?: number;
}

export interface Size {
  readonly nodes: number;
  readonly resources: number;
  readonly targets: Readonly<Record<State, Target>>;
}

const factors = (firstStart: number, nodeFailed: number): Size['targets'] => ({
  'first-start': { factor: firstStart },
  'node-failed': { factor: nodeFailed },
});
const bounds = (cpuSeconds: number, memoryMb: number): Size['targets'] => ({
  'first-start': { cpuSeconds, memoryMb },
  'node-failed': { cpuSeconds, memoryMb },
});

export const SIZES: readonly Size[] = [
  { nodes: 5, resources: 100, targets: factors(3, 3) },
  { nodes: 16, resources: 200, targets: factors(5, 5) },
  { nodes: 16, resources: 1000, targets: factors(20, 10) },
  { nodes: 32, resources: 1000, targets: factors(50, 15) },
  { nodes: 32, resources: 3000, targets: bounds(5, 700) },
  { nodes: 100, resources: 2000, targets: bounds(6, 1000) },
];

const shared = resolve(process.env['HOLDFAST_SHARED'] ?? join(import.meta.dirname, '../../../../shared'));
export const GENERATOR = join(shared, 'peers/gen_cib.py');

/** Why clusters cannot be generated here, or undefined. */
export function missing(): string | undefined {
  if (!existsSync(GENERATOR)) return `${GENERATOR} is not there; set HOLDFAST_SHARED`;
  if (spawnSync('python3', ['--version']).status !== 0) return 'python3 is not there';
  return undefined;
}

/** Writes the CIB of a cluster; the same arguments give the same bytes. */
export function generate(size: Size, state: State, file: string): void {
  const { nodes, resources } = size;
  const args = [GENERATOR, '--nodes', nodes, '--primitives', resources, '--state', state, '-o', file];
  const result = spawnSync('python3', args.map(String), { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`the generator failed: ${result.stderr}`);
}
