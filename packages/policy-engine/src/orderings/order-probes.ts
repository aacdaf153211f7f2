import { compatibleInstance } from '../assign/compatible-instance.ts';
import { type Action, ActionFlag } from '../state/action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import { OrderFlag } from '../state/ordering.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';
import { orderActions } from './order-actions.ts';

/*
 * Whatever waits for a resource's stop or start also waits for its probes: only they tell whether there is
 * something to stop, and whether a start is needed at all.
 */
export function orderProbes(state: ClusterState): void {
  const search = { leads: leadingToStops(state), left: MAX_STEPS };
  for (const resource of state.resources) orderStartsAndRestarts(state, resource, search);
  if (search.left <= 0) {
    state.warnings.push('Too many possible restarts depend on probes: not all of them wait for the probes');
  }
  orderAfterStoppedProbes(state);
}

/**
 * How many actions are looked at for the restarts that depend on any probe. No real configuration comes near; a chain
 * of thousands of active resources that are probed elsewhere would take the square of its length, in time and memory.
 * What is left out is only a sequence: such a restart, if it is needed, may begin before the probe is done.
 */
const MAX_STEPS = 1_000_000;

interface Search {
  /** From where there is a way to a stop. */
  readonly leads: ReadonlySet<Action>;
  left: number;
}

function probesOf(resource: ResourceInstance): readonly Action[] {
  return resource.actionsByKey.get(resource.key('monitor')) ?? [];
}

function orderStartsAndRestarts(state: ClusterState, resource: ResourceInstance, search: Search): void {
  for (const child of resource.children) orderStartsAndRestarts(state, child, search);
  if (!resource.isPrimitive) return;
  for (const probe of probesOf(resource)) {
    if (probe.task !== 'monitor') continue;
    const { after } = probe;
    const count = after.length;
    for (let i = count - 1; i >= 0; i--) {
      const then = after[i] as Action;
      orderInstanceStarts(probe, then);
      state.walk++;
      orderRestarts(state, probe, then, search);
    }
  }
}

/** If a probe cannot be made, instances of its clone that are not active must not start. */
function orderInstanceStarts(probe: Action, then: Action): void {
  const collective = then.resource;
  if (collective === undefined || !collective.isCollective || then.task !== 'start') return;
  if ((probe.flags & ActionFlag.runnable) !== 0) return;
  const known = probe.flagsTo(then) ?? 0;
  if ((known & OrderFlag.unrunnableFirstBlocks) !== 0) return;
  if (probe.resource?.top() !== collective) return;
  for (const next of [...then.after].reverse()) {
    const { resource } = next;
    if (resource === undefined || resource.runningOn.length > 0 || next.task !== 'start') continue;
    if (resource.top() !== collective) continue;
    orderActions(probe, next, OrderFlag.ordered | OrderFlag.unrunnableFirstBlocks);
  }
}

/** An action on the way of `orderRestarts`, and which of those that wait for it comes next. */
interface Visit {
  readonly then: Action;
  next: number;
  /** For interleaved clones: the only instance that matters. */
  readonly partner: { readonly instance: ResourceInstance | undefined } | undefined;
}

/**
 * Follows what a start implies: another start may be a restart, and its stop waits for the probe. Depth first, with a
 * stack of its own, since chains of orderings may be longer than that of the machine allows.
 */
function orderRestarts(state: ClusterState, probe: Action, start: Action, search: Search): void {
  const path: Visit[] = search.leads.has(start) ? [visit(state, probe, start)] : [];
  for (let top = path.at(-1); top !== undefined && search.left > 0; top = path.at(-1)) {
    if (top.next < 0) {
      path.pop();
      continue;
    }
    const next = top.then.after[top.next--] as Action;
    if (next.mark !== state.walk && search.leads.has(next) && follows(probe, top, next)) {
      search.left--;
      path.push(visit(state, probe, next));
    }
  }
}

/**
 * From where `orderRestarts` can come to a stop at all, whatever the probe. Long chains of what is not active anywhere
 * have none, and would otherwise be walked for every probe again. Nothing that is added meanwhile makes a new way.
 */
function leadingToStops(state: ClusterState): ReadonlySet<Action> {
  const found = new Set<Action>();
  for (const action of state.actions) if (stopsOfRestart(action).length > 0) found.add(action);
  // A set is visited in the order of insertion, also what is added on the way.
  for (const then of found) {
    for (const { first } of then.before) {
      const implies = ((first.flagsTo(then) ?? 0) & OrderFlag.firstImpliesThen) !== 0;
      if (implies || isCollectionOf(first, then)) found.add(first);
    }
  }
  return found;
}

function isCollectionOf({ resource }: Action, { resource: child }: Action): boolean {
  return resource !== undefined && !resource.isPrimitive && child?.parent === resource;
}

/** The stops that go with a start if it is that of a restart; those implied by fencing are no stops. */
function stopsOfRestart({ task, resource }: Action): readonly Action[] {
  if (task !== 'start' || !resource?.isPrimitive) return [];
  return (resource.actionsByTask.get('stop') ?? []).filter((stop) => (stop.flags & ActionFlag.pseudo) === 0);
}

function visit(state: ClusterState, probe: Action, then: Action): Visit {
  then.mark = state.walk;
  const { resource } = then;
  if (resource !== probe.resource) {
    for (const stop of stopsOfRestart(then).toReversed()) orderActions(probe, stop, OrderFlag.ordered);
  }
  const partner =
    resource?.interleave && probe.resource !== undefined
      ? { instance: compatibleInstance(state, probe.resource, resource, Role.unknown, false) }
      : undefined;
  return { then, next: then.after.length - 1, partner };
}

function follows(probe: Action, { then, partner }: Visit, next: Action): boolean {
  if (((then.flagsTo(next) ?? 0) & OrderFlag.firstImpliesThen) !== 0) return true;
  const { resource } = then;
  if (resource === undefined || resource.isPrimitive || probe.resource?.parent === resource) return false;
  const child = next.resource;
  if (child === undefined || child.isCollective || child.parent !== resource) return false;
  return !(resource.isCollective && partner !== undefined && partner.instance !== child);
}

/** Orderings that only keep apart what happens anyway, under their own condition. */
const MERE_SEQUENCES: ReadonlySet<number> = new Set([
  OrderFlag.ordered | OrderFlag.serialize,
  OrderFlag.ifOnSameNodeOrTarget,
  OrderFlag.ifRequiredOnSameNode,
]);

/** Orderings after a stop hold after the probe, too, unless the order is of the probe's own resource. */
function orderAfterStoppedProbes(state: ClusterState): void {
  for (const order of state.orderings) {
    const { firstResource, thenResource } = order;
    if (order.flags === 0 || firstResource === undefined || firstResource === thenResource) continue;
    // Shutting down needs no probe, and unfencing comes before it.
    if (order.thenAction?.task === 'do_shutdown' || order.thenAction?.task === 'stonith') continue;
    const stops = order.firstAction
      ? order.firstAction.task === 'stop'
      : (order.firstKey?.endsWith('_stop_0') ?? false);
    if (!stops) continue;
    const probes = probesOf(firstResource);
    if (probes.length === 0) continue;
    if (thenResource !== undefined && firstResource.launcher === thenResource) {
      // A probe inside a container that stops could be scheduled after its restart.
      const alsoStops = order.thenAction
        ? order.thenAction.task === 'stop'
        : (order.thenKey?.endsWith('_stop_0') ?? false);
      if (alsoStops) continue;
    }
    let flags: number = OrderFlag.ordered;
    flags |= order.flags & (OrderFlag.ifFirstUnmigratable | OrderFlag.ifOnSameNode);
    if (MERE_SEQUENCES.has(order.flags)) flags = order.flags;
    const thens = order.thenAction
      ? [order.thenAction]
      : (thenResource?.actionsByKey.get(order.thenKey ?? '') ?? []);
    for (const probe of probes) {
      if (probe.task !== 'monitor') continue;
      for (const then of thens) orderActions(probe, then, flags);
    }
  }
}
