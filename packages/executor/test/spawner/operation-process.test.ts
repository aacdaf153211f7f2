import { expect, test } from 'vitest';
import { OperationProcess } from '../../src/spawner/operation-process.ts';
import { hostProcesses, type ProcessControl } from '../../src/spawner/process-control.ts';
import type { SpawnReport } from '../../src/spawner/spawn-protocol.ts';

function run(script: string, control: ProcessControl): Promise<SpawnReport> {
  return new Promise((resolve) => {
    new OperationProcess({
      request: {
        type: 'run',
        id: 1,
        file: '/bin/sh',
        args: ['-c', script],
        env: {},
        mark: `test-${process.pid}`,
        timeoutMs: 100,
        graceMs: 100,
        killWaitMs: 200,
        maxOutputBytes: 1000,
      },
      baseEnvironment: { PATH: '/bin:/usr/bin' },
      control,
      onDone: resolve,
    });
  });
}

test('a program that survives KILL is reported as unknown, not as ended', async () => {
  // Nothing a test may start is immune to KILL, so the signals are withheld.
  const sent: string[] = [];
  const report = await run('exec sleep 3', {
    ...hostProcesses,
    signal: (_, signal) => void sent.push(signal),
  });
  expect(report).toMatchObject({ timedOut: true, killed: true, unknown: true });
  expect(report.code).toBeUndefined();
  expect(sent.slice(0, 3)).toEqual(['SIGTERM', 'SIGCONT', 'SIGKILL']);
});

test('a program that ended while something it started survives KILL is unknown as well', async () => {
  const report = await run('exec sleep 3', { ...hostProcesses, members: () => [1] });
  expect(report).toMatchObject({ timedOut: true, killed: true, unknown: true, signal: 'SIGTERM' });
});
