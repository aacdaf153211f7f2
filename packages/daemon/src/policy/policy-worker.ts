// Entry of the policy thread: one computation per message, one answer per computation.
import { parentPort } from 'node:worker_threads';
import type { ClusterInformation } from '@holdfast/model';
import { failedPolicyAnswer, type PolicyAnswer, policyAnswer } from '@holdfast/node';
import { computeTransition, RUNNING_CLUSTER } from '@holdfast/policy-engine';
import { assert } from '@holdfast/ports';
import { ConfigurationReceiver } from './configuration-transfer.ts';
import type { PolicyJob, PolicyJobDone } from './policy-messages.ts';

const port = parentPort;
assert(port, 'the policy worker runs as a thread');
const configurations = new ConfigurationReceiver();
port.on('message', (job: PolicyJob) => {
  const beganMs = performance.now();
  const { token } = job;
  // What goes wrong here ends the thread: the next one is sent everything anew.
  const configuration = configurations.take(job.lists);
  const result = answer({ ...job.input, configuration });
  const done: PolicyJobDone = { token, result, durationMs: Math.round(performance.now() - beganMs) };
  port.postMessage(done);
});

/** An input the engine cannot judge is answered with the error: the next input may be sound again. */
function answer(input: ClusterInformation): PolicyAnswer {
  try {
    return policyAnswer(computeTransition(input, RUNNING_CLUSTER));
  } catch (error) {
    return failedPolicyAnswer(error);
  }
}
