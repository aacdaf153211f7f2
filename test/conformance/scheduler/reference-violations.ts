import { type ActionGraph, parseActionGraph } from '@holdfast/model';
import { playGraph, type Simulation, unpackCluster } from '@holdfast/policy-engine';
import type { Property } from './properties.ts';

/**
 * Why a property may be violated other than by us. The one reason there is: the reference does the same. It is true of
 * an input if the reference's own graph, played back like ours, violates the property with the same actions or resources.
 * What is behind it:
 *
 * - a resource active twice: it is blocked after a failed stop, or not managed, and so not stopped where it is;
 * - mandatory colocations: the primary is not managed, or its move is blocked after its dependent was placed;
 * - a second run that is not empty: a playback leaves what only a real cluster changes (digests of changed parameters,
 *   fail counts and entries that are deleted), so that it restarts or deletes again; nodes that come up within a
 *   transition are probed only afterwards; what waited for a fencing or for another stop is started only then;
 * - runs that do not settle: the same, for ever.
 */
export function violationsOfReference(property: Property, ours: Simulation, graph: ActionGraph): string[] {
  const { nowSeconds, input } = ours;
  const playback = playGraph(graph, input, { nowSeconds, failures: [] });
  const revised = unpackCluster(playback.information, { nowSeconds });
  return property.check({ ...ours, result: { ...ours.result, graph }, playback, revised });
}

/** What we violate and the reference does not. */
export function ownViolations(property: Property, ours: Simulation, graphText: string): string[] {
  const found = property.check(ours);
  if (found.length === 0) return [];
  const theirs = new Set(violationsOfReference(property, ours, parseActionGraph(graphText)));
  return found.filter((each) => !theirs.has(each));
}
