import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

export interface Measured {
  /** User and system time. */
  readonly cpuSeconds: number;
  /** Largest resident memory. */
  readonly memoryMb: number;
}

/** Runs a command and tells what it used; python3 reads what the kernel counted for its children. */
const COUNTER = `
import json, resource, subprocess, sys
limit = int(sys.argv[1])
bound = lambda: resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
silent = subprocess.DEVNULL
code = subprocess.run(sys.argv[2:], stdout=silent, stderr=silent, preexec_fn=bound).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"code": code, "cpu": used.ru_utime + used.ru_stime, "kb": used.ru_maxrss}))
`;

/** A whole process from start to end; undefined if it takes more CPU time than the limit or fails. */
export function measureCommand(command: readonly string[], limitSeconds: number): Measured | undefined {
  const result = spawnSync('python3', ['-c', COUNTER, String(limitSeconds), ...command], {
    encoding: 'utf8',
  });
  if (result.status !== 0) return undefined;
  const { code, cpu, kb } = JSON.parse(result.stdout) as { code: number; cpu: number; kb: number };
  return code === 0 ? { cpuSeconds: cpu, memoryMb: kb / 1024 } : undefined;
}

/** Short runs of a command are repeated, until so much CPU time is spent. */
const REPEATED_SECONDS = 6;
const MAX_RUNS = 6;

/** The least of several runs, as the warm rounds are: a single short run beside other work may take twice as long. */
export function measureRepeated(command: readonly string[], limitSeconds: number): Measured | undefined {
  let best: Measured | undefined;
  for (let run = 0, spent = 0; run < MAX_RUNS && spent < REPEATED_SECONDS; run++) {
    const measured = measureCommand(command, limitSeconds);
    if (measured === undefined) return best;
    spent += measured.cpuSeconds;
    if (best === undefined || measured.cpuSeconds < best.cpuSeconds) best = measured;
  }
  return best;
}

/** What the daemon gives the thread that computes (`POLICY_MEMORY_MB`). */
const HEAP_MB = 512;

/** Reading and computing within a running process that has done it before. */
export function measureWarm(file: string): Measured {
  const script = join(import.meta.dirname, 'warm-worker.ts');
  const args = [`--max-old-space-size=${HEAP_MB}`, '--no-warnings', '--conditions=source', script, file];
  const result = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`the measurement failed: ${result.stderr}`);
  return JSON.parse(result.stdout) as Measured;
}
