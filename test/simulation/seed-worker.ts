import { parentPort } from 'node:worker_threads';
import type { ClusterInformation } from '@holdfast/model';
import { failedPolicyAnswer, policyAnswer } from '@holdfast/node';
import { computeTransition } from '@holdfast/policy-engine';
import { runSeed } from '@holdfast/simulator';

function computePolicy(input: ClusterInformation) {
  try {
    return policyAnswer(computeTransition(input));
  } catch (error) {
    return failedPolicyAnswer(error);
  }
}

parentPort?.on(
  'message',
  (task: { seed: number; minutes: number; allFaults: boolean; traceLines: number }) => {
    parentPort?.postMessage(runSeed({ ...task, computePolicy }));
  },
);
