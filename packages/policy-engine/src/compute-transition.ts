import type { ClusterInformation } from '@holdfast/model';
import { completeActions } from './actions/complete-actions.ts';
import { handleConfigurationChanges } from './actions/config-changes.ts';
import { resourceParameters } from './actions/digests.ts';
import { scheduleFencingAndShutdowns } from './actions/fencing.ts';
import { updateMaintenanceModes } from './actions/maintenance-update.ts';
import { createNotifications } from './actions/notifications.ts';
import { scheduleActions } from './actions/schedule-actions.ts';
import { assignResources } from './assign/assign.ts';
import { summarise } from './explain/decisions.ts';
import { explain } from './explain/explain.ts';
import { placementLines, scoreLines } from './explain/scores.ts';
import { buildGraph } from './graph/build-graph.ts';
import { createInternalConstraints } from './internal-constraints/internal-constraints.ts';
import { applyNodeCriteria } from './node-criteria/apply-node-criteria.ts';
import { applyHealth } from './node-criteria/health.ts';
import { applyOrderings } from './orderings/apply-orderings.ts';
import type { ComputeOptions, PolicyResult, ResourceExplanation } from './result.ts';
import type { ClusterState } from './state/cluster-state.ts';
import { unpackCluster } from './unpack/cluster.ts';
import { unpackConstraints } from './unpack/constraints/constraints.ts';

/**
 * Decides what a cluster does next: from its configuration and status to placement and an action graph. Pure:
 * the same input gives the same output.
 */
export function computeTransition(input: ClusterInformation, options: ComputeOptions = {}): PolicyResult {
  const state = unpackCluster(input, options);
  state.recordScores = options.scores ?? true;
  applyHealth(state);
  unpackConstraints(state, { namesOfCloned: options.namesOfCloned ?? false });
  applyNodeCriteria(state);
  createInternalConstraints(state);
  handleConfigurationChanges(state);
  assignResources(state);
  scheduleActions(state);
  scheduleFencingAndShutdowns(state);
  applyOrderings(state, { withholdUnsure: options.withholdUnsure ?? false });
  const decisions = summarise(state);
  createNotifications(state);
  updateMaintenanceModes(state);
  completeActions(state);
  const graph = buildGraph(state, {
    parametersOf: (resource, node) => resourceParameters(state, resource, node),
    awaitStarts: options.awaitStarts ?? false,
  });
  return new ComputedTransition({ input, options, state, graph, decisions });
}

interface Computed {
  readonly input: ClusterInformation;
  readonly options: ComputeOptions;
  readonly state: ClusterState;
  readonly graph: PolicyResult['graph'];
  readonly decisions: PolicyResult['decisions'];
}

/**
 * What was computed. A class, for what is made on demand: with accessors of its own on each result the garbage
 * collector would keep all of a computation until its next full collection.
 */
class ComputedTransition implements PolicyResult {
  readonly graph: PolicyResult['graph'];
  readonly decisions: PolicyResult['decisions'];
  readonly state: ClusterState;
  readonly warnings: readonly string[];
  readonly #computed: Computed;
  #explanation: readonly ResourceExplanation[] | undefined;

  constructor(computed: Computed) {
    this.graph = computed.graph;
    this.decisions = computed.decisions;
    this.state = computed.state;
    this.warnings = computed.state.warnings;
    this.#computed = computed;
  }

  get scores(): PolicyResult['scores'] {
    return scoreLines(this.state);
  }

  get placement(): PolicyResult['placement'] {
    return placementLines(this.state);
  }

  get explanation(): readonly ResourceExplanation[] {
    const { input, options, state, decisions } = this.#computed;
    this.#explanation ??= state.explained
      ? explain(state, decisions)
      : computeTransition(input, { ...options, explain: true, scores: false }).explanation;
    return this.#explanation;
  }
}
