import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentResult } from '@holdfast/ports';
import { expect, test } from 'vitest';
import { createHostExecutor } from '../../src/index.ts';

const AGENT = `#!/bin/sh
case "$OCF_RESKEY_way" in
  quick) exit 0;;
  slow) sleep 0.3; exit 7;;
  hang) trap "" TERM; while :; do sleep 0.1; done;;
  away) setsid sh -c 'trap "" TERM; while :; do sleep 0.1; done' & sleep 30;;
  loud) head -c 300000 /dev/zero | tr '\\0' x >&2; exit 1;;
  crash) kill -SEGV $$;;
esac
`;
const WAYS = ['quick', 'slow', 'hang', 'away', 'loud', 'crash', 'missing'];
const RUNS = 210;

/** Pids of living processes with the mark in their environment. */
function survivors(mark: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      const isZombie = /^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
      return /^\d+$/.test(pid) && !isZombie && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark);
    } catch {
      return false;
    }
  });
}

test('every run gets one result, and nothing of it lives on, whatever agents, cancels and the spawner do', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'one-result-'));
  mkdirSync(join(folder, 'ocf/test'), { recursive: true });
  writeFileSync(join(folder, 'ocf/test/agent'), AGENT, { mode: 0o755 });
  const mark = `TEST_RUN=${process.pid}-${folder}`;
  const { agentRunner } = createHostExecutor({
    logger: { log: () => {} },
    ocfFolders: [join(folder, 'ocf')],
    runFolder: join(folder, 'run'),
    environment: { TEST_RUN: `${process.pid}-${folder}` },
    graceMs: 50,
  });
  const results = new Map<number, AgentResult[]>();
  await agentRunner.start((result) =>
    results.set(result.runId, [...(results.get(result.runId) ?? []), result]),
  );
  // The spawner is the only child of this process that was just started.
  const spawner = () =>
    readdirSync('/proc').filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/stat`, 'latin1').includes(` ${process.pid} `) && isSpawner(pid);
      } catch {
        return false;
      }
    });
  const isSpawner = (pid: string) => readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('spawner-main');

  for (let runId = 0; runId < RUNS; runId += 1) {
    const way = WAYS[runId % WAYS.length]!;
    agentRunner.run({
      runId,
      class: 'ocf',
      provider: 'test',
      type: way === 'missing' ? 'nothing' : 'agent',
      resource: `r${runId % 50}`,
      operation: 'monitor',
      intervalMs: runId % 3 === 0 ? 1000 : 0,
      timeoutMs: 100 + (runId % 5) * 150,
      attributes: { way },
    });
    if (runId % 11 === 0) setTimeout(() => agentRunner.cancel(runId), (runId * 37) % 1500);
  }
  for (const atMs of [800, 2000]) {
    setTimeout(() => {
      for (const pid of spawner()) process.kill(Number(pid), 'SIGKILL');
    }, atMs);
  }
  await expect.poll(() => results.size, { timeout: 25_000 }).toBe(RUNS);
  await agentRunner.stop();
  expect([...results.values()].every((each) => each.length === 1)).toBe(true);
  const all = [...results.values()].map(([result]) => result!);
  expect(new Set(all.map((result) => result.opStatus))).toEqual(new Set([0, 1, 2, 4, 7]));
  expect(all.some((result) => result.unknown)).toBe(true);
  await expect.poll(() => survivors(mark), { timeout: 3000 }).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
}, 60_000);
