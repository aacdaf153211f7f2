import { type Action, ActionFlag } from '../state/action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { createActions } from './create-actions.ts';
import { createMark } from './group-actions.ts';
import { createPromotionMarks, createStartStopMarks } from './notifications.ts';

/**
 * A clone's start and stop are marks: needed if any instance starts or stops, runnable if one can. Promotable
 * clones have the same for promote and demote.
 */
export function createCloneActions(state: ClusterState, clone: ResourceInstance): void {
  for (const instance of clone.children) createActions(state, instance);
  createStartStop(state, clone, clone.children);
  createStartStopMarks(state, clone);
  if (clone.promotable) createPromotableActions(state, clone);
}

/** The marks of a collection, from the actions of its instances. */
export function createStartStop(
  state: ClusterState,
  collective: ResourceInstance,
  instances: readonly ResourceInstance[],
): void {
  const found = { start: false, stop: false };
  for (const instance of instances) look(instance, found);
  createMark(state, collective, 'start', !found.start);
  const started = createMark(state, collective, 'running', !found.start);
  // What leaves a node alive before an instance stops there need not stop itself.
  createMark(state, collective, 'stop', !found.stop).flags |= ActionFlag.migratable;
  const stopped = createMark(state, collective, 'stopped', true);
  started.priority = 1_000_000;
  stopped.priority = 1_000_000;
}

/** Which needed and runnable operations an instance has. */
function look(instance: ResourceInstance, found: { start: boolean; stop: boolean }): void {
  for (const child of instance.children) look(child, found);
  if (instance.children.length > 0) return;
  for (const action of instance.actions) {
    const needed = isNeeded(action);
    if (action.task === 'start' && needed && (action.flags & ActionFlag.runnable) !== 0) found.start = true;
    else if (action.task === 'stop' && needed) found.stop = true;
  }
}

function isNeeded(action: Action): boolean {
  return (action.flags & ActionFlag.optional) === 0;
}

function createPromotableActions(state: ClusterState, clone: ResourceInstance): void {
  const found = { promote: false, demote: false };
  for (const instance of clone.children) lookForRoles(instance, found);
  createMark(state, clone, 'promote', !found.promote);
  createMark(state, clone, 'promoted', !found.promote).priority = 1_000_000;
  createPromotionMarks(state, clone, 'promote', 'promoted');
  createMark(state, clone, 'demote', !found.demote);
  createMark(state, clone, 'demoted', !found.demote).priority = 1_000_000;
  createPromotionMarks(state, clone, 'demote', 'demoted');
}

function lookForRoles(instance: ResourceInstance, found: { promote: boolean; demote: boolean }): void {
  for (const child of instance.children) lookForRoles(child, found);
  if (instance.children.length > 0) return;
  for (const action of instance.actions) {
    if (!isNeeded(action)) continue;
    if (action.task === 'promote') found.promote = true;
    else if (action.task === 'demote') found.demote = true;
  }
}
