import { HoldfastError } from '@holdfast/model';
import type { Decision, PolicyResult } from '@holdfast/policy-engine';
import type { PolicyAnswer } from './io.ts';

/** What the node needs of a result of the policy engine. */
export function policyAnswer(result: PolicyResult): PolicyAnswer {
  const reasons: Record<string, string> = {};
  for (const { subject, blocked, reason } of result.decisions) {
    if (blocked && reason) reasons[subject] = reason;
  }
  for (const { resource, nodes } of result.explanation) {
    if (nodes.some(({ chosen }) => chosen)) continue;
    const why = nodes.map(({ node, whyNot }) => `${node}: ${whyNot ?? 'not allowed'}`).join('; ');
    reasons[resource] ??= why === '' ? 'no node may run it' : why;
  }
  return {
    graph: result.graph,
    summary: result.decisions.map(describeDecision),
    reasons,
    explanation: { decisions: result.decisions, resources: result.explanation, warnings: result.warnings },
  };
}

/** The answer to an input that the engine could not judge: nothing is done, and the error is shown. */
export function failedPolicyAnswer(error: unknown): PolicyAnswer {
  const text = error instanceof HoldfastError ? `${error.message}: ${error.why}` : String(error);
  return { graph: { header: {}, synapses: [] }, summary: [], reasons: {}, explanation: null, error: text };
}

function describeDecision(decision: Decision): string {
  const { verb, subject, fromNode, toNode, reason, blocked } = decision;
  const where =
    fromNode && toNode && fromNode !== toNode
      ? ` ${fromNode} -> ${toNode}`
      : ` on ${toNode ?? fromNode ?? '?'}`;
  return `${verb} ${subject}${where}${reason ? ` due to ${reason}` : ''}${blocked ? ' (blocked)' : ''}`;
}
