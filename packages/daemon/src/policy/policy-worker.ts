// Entry of the policy thread: one computation per message, one answer per computation.
import { parentPort } from 'node:worker_threads';
import { failedPolicyAnswer, type PolicyAnswer, policyAnswer } from '@holdfast/node';
import { computeTransition } from '@holdfast/policy-engine';
import { assert } from '@holdfast/ports';
import type { PolicyJob, PolicyJobDone } from './policy-messages.ts';

const port = parentPort;
assert(port, 'the policy worker runs as a thread');
port.on('message', ({ token, input }: PolicyJob) => {
  const beganMs = performance.now();
  const result = answer(input);
  const done: PolicyJobDone = { token, result, durationMs: Math.round(performance.now() - beganMs) };
  port.postMessage(done);
});

/** An input the engine cannot judge is answered with the error: the next input may be sound again. */
function answer(input: PolicyJob['input']): PolicyAnswer {
  try {
    return policyAnswer(computeTransition(input, { explain: true, scores: false, awaitStarts: true }));
  } catch (error) {
    return failedPolicyAnswer(error);
  }
}
