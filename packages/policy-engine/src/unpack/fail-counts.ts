import { addScores, INFINITY_SCORE } from '@holdfast/model';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { integerOr, scoreOr } from './option-values.ts';

export interface FailCount {
  readonly count: number;
  /** Epoch seconds of the latest failure; 0 if unknown. */
  readonly lastFailure: number;
}

/**
 * Failures of a resource on a node, summed over its operations (`fail-count-RSC#OP_INTERVAL` attributes).
 * With `effective`, failures older than the failure timeout count as forgotten - all at once.
 */
export function failCount(
  state: ClusterState,
  resource: ResourceInstance,
  node: NodeInstance,
  options: { effective: boolean; fillers?: boolean },
): FailCount {
  // Instances that cannot be told apart share their counts, whatever number a node knows one by.
  const { historyId } = resource;
  const shared = historyId.includes(':') ? historyId.replace(/:\d+$/, '') : historyId;
  const id = resource.unique ? resource.id : shared;
  let count = 0;
  let lastFailure = 0;
  for (const name of failureNames(node).get(id) ?? []) {
    const value = node.attributes.get(name);
    if (name.startsWith(COUNT)) count = addScores(count, scoreOr(value, 0));
    else lastFailure = Math.max(lastFailure, integerOr(value, 0));
  }
  // Failure of a start counts as INFINITY only if the agent said so; see the attribute itself.
  if (options.effective && lastFailure > 0 && resource.failureTimeoutMs > 0) {
    if (state.nowSeconds > lastFailure + Math.trunc(resource.failureTimeoutMs / 1000)) count = 0;
    else if (count > 0) state.recheckBy(lastFailure + Math.trunc(resource.failureTimeoutMs / 1000) + 1);
  }
  if (options.fillers && resource.launched.length > 0) {
    for (const filler of resource.launched) {
      const inner = failCount(state, filler, node, { effective: options.effective });
      count = addScores(count, inner.count);
      lastFailure = Math.max(lastFailure, inner.lastFailure);
    }
    if (count > INFINITY_SCORE) count = INFINITY_SCORE;
  }
  return { count, lastFailure };
}

const COUNT = 'fail-count-';
const LAST = 'last-failure-';

/** The attributes of a node that tell of failures, by the resource: asked for again with every resource. */
function failureNames(node: NodeInstance): ReadonlyMap<string, readonly string[]> {
  const { attributes } = node;
  if (node.failureNames !== undefined && node.failureNamesOf === attributes.size) return node.failureNames;
  const names = new Map<string, string[]>();
  const add = (id: string, name: string): void => {
    const list = names.get(id);
    if (list === undefined) names.set(id, [name]);
    else list.push(name);
  };
  for (const name of attributes.keys()) {
    const prefix = name.startsWith(COUNT) ? COUNT : name.startsWith(LAST) ? LAST : undefined;
    if (prefix === undefined) continue;
    // After the id comes the end or the operation; an instance number before that is from old times.
    const end = name.indexOf('#', prefix.length);
    const id = name.slice(prefix.length, end < 0 ? undefined : end);
    add(id, name);
    const base = id.replace(/:\d+$/, '');
    if (base !== id) add(base, name);
  }
  node.failureNames = names;
  node.failureNamesOf = attributes.size;
  return names;
}
