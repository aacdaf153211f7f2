import { parentPort } from 'node:worker_threads';
import { runSeed } from '@holdfast/simulator';
import { computePolicy } from './compute-policy.ts';

parentPort?.on(
  'message',
  (task: {
    seed: number;
    minutes: number;
    allFaults: boolean;
    wide: boolean;
    byHand: boolean;
    traceLines: number;
  }) => {
    parentPort?.postMessage(runSeed({ ...task, computePolicy }));
  },
);
