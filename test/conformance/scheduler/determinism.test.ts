import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type ClusterInformation, parseCib } from '@holdfast/model';
import * as policy from '@holdfast/policy-engine';
import { describe, expect, it } from 'vitest';
import { listCases, readInput } from './case-files.ts';
import { generateCluster } from './fuzz/generate-cluster.ts';

const SEEDS = 60;
const cases = listCases('scheduler-cases') ?? [];

const ENVIRONMENTS = [
  { LC_ALL: 'C', TZ: 'UTC' },
  { LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8', TZ: 'Pacific/Chatham' },
  { LC_ALL: 'de_DE.UTF-8', TZ: 'America/St_Johns' },
] as const;

/** The same data, each object with its keys in the opposite order. */
function reversed<T>(value: T): T {
  if (Array.isArray(value)) return value.map(reversed) as T;
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, inner]) => [key, reversed(inner)])) as T;
}

function texts(information: ClusterInformation): string {
  return JSON.stringify(policy.formatSimulation(policy.simulate(information, policy)));
}

/** The digests of all outputs, as computed by a process of its own in a given environment. */
function elsewhere(env: Record<string, string>, ...flags: string[]): string {
  const script = join(import.meta.dirname, 'print-digests.ts');
  const args = ['--no-warnings', '--conditions=source', ...flags, script, String(SEEDS)];
  return execFileSync(process.execPath, args, { env: { ...process.env, ...env }, encoding: 'utf8' });
}

describe('the same input gives the same output', () => {
  it('whatever the order of keys in its objects', () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const cluster = generateCluster(seed);
      expect(texts(reversed(cluster)), `seed ${seed}`).toBe(texts(cluster));
    }
    for (const test of cases.filter((_unused, index) => index % 8 === 0)) {
      const information = parseCib(readInput(test));
      expect(texts(reversed(information)), test.name).toBe(texts(information));
    }
  });

  it('and the input is left as it was', () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const cluster = generateCluster(seed);
      texts(cluster);
      expect(cluster).toEqual(generateCluster(seed));
    }
  });

  it('in environments that differ indeed', () => {
    const script = 'JSON.stringify([Intl.DateTimeFormat().resolvedOptions(), String(new Date(0))])';
    const seen = ENVIRONMENTS.map((env) =>
      execFileSync(process.execPath, ['-p', script], { env: { ...process.env, ...env }, encoding: 'utf8' }),
    );
    expect(new Set(seen).size).toBe(ENVIRONMENTS.length);
    expect(seen[1]).toMatch(/"tr(-TR)?".*Pacific\/Chatham/);
  });

  it('in every locale, time zone and process', { timeout: 120_000 }, () => {
    const [usual, far, other] = ENVIRONMENTS;
    const here = elsewhere(usual);
    expect(here.split('\n').length).toBeGreaterThan(SEEDS);
    expect(elsewhere(far)).toBe(here);
    expect(elsewhere(other, '--random-seed=7', '--hash-seed=99')).toBe(here);
  });
});
