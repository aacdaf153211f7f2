import { parentPort } from 'node:worker_threads';
import { computePolicyAnswer } from '@holdfast/node';
import { runSeed } from '@holdfast/simulator';

parentPort?.on(
  'message',
  (task: { seed: number; minutes: number; allFaults: boolean; traceLines: number }) => {
    parentPort?.postMessage(runSeed({ ...task, computePolicy: computePolicyAnswer }));
  },
);
