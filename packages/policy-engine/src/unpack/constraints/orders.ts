import type { OrderConstraint, ResourceSet } from '@holdfast/model';
import { clusterPseudo } from '../../actions/create-action.ts';
import { addOrdering, orderResources } from '../../internal-constraints/add-ordering.ts';
import { ActionFlag } from '../../state/action.ts';
import type { ClusterState } from '../../state/cluster-state.ts';
import { OrderFlag } from '../../state/ordering.ts';
import type { ResourceInstance } from '../../state/resource-instance.ts';
import { integerOr, isTrue, scoreOr } from '../option-values.ts';
import { countPairs } from './count-pairs.ts';
import type { ConstraintResources } from './find-resource.ts';

type Kind = 'Mandatory' | 'Optional' | 'Serialize';
type Symmetry = 'asymmetric' | 'symmetric' | 'inverse';

const INVERSE: Readonly<Record<string, string>> = {
  start: 'stop',
  stop: 'start',
  promote: 'demote',
  demote: 'promote',
  promoted: 'demoted',
  demoted: 'promoted',
  running: 'stopped',
  stopped: 'running',
};

/**
 * Reads one ordering constraint: two resources (or tags), or resource sets. What is cloned is ordered by the name of
 * the clone only: a constraint that names what is inside, other than by a tag, is ignored.
 */
export function unpackOrder(
  state: ClusterState,
  resources: ConstraintResources,
  constraint: OrderConstraint,
): void {
  const kind = readKind(state, constraint);
  if (constraint.sets.length > 0) {
    unpackSets(state, resources, constraint, kind);
    return;
  }
  const { first, then } = constraint;
  if (first === undefined || then === undefined) return;
  const firstList = resources.listed(first);
  const thenList = resources.listed(then);
  if (firstList !== undefined || thenList !== undefined) {
    unpackTags(state, resources, constraint, kind);
    return;
  }
  if (namesCloned(state, resources, constraint, [first, then])) return;
  const firstResource = resources.one(first);
  const thenResource = resources.one(then);
  if (firstResource === undefined || thenResource === undefined) {
    const missing = firstResource === undefined ? first : then;
    state.warnings.push(`Ignoring constraint '${constraint.id}' because '${missing}' does not exist`);
    return;
  }
  orderPair(state, constraint, kind, firstResource, thenResource);
}

/** Whether one of the names, or a user of a template among them, is cloned; then there is a warning. */
function namesCloned(
  state: ClusterState,
  resources: ConstraintResources,
  { id }: OrderConstraint,
  names: readonly string[],
): boolean {
  const cloned = resources.firstCloned(names);
  if (cloned === undefined) return false;
  state.warnings.push(
    `Ignoring constraint '${id}' because '${cloned}' is cloned: constraints name the clone`,
  );
  return true;
}

function readKind(state: ClusterState, constraint: OrderConstraint): Kind {
  const text = constraint.orderKind;
  if (text === undefined) {
    // The old way: score 0 means optional.
    if (constraint.score !== undefined && scoreOr(constraint.score, 0) === 0) return 'Optional';
    return 'Mandatory';
  }
  return parseKind(text) ?? reportKind(state, constraint);
}

function reportKind(state: ClusterState, constraint: OrderConstraint): Kind {
  state.warnings.push(
    `Resetting 'kind' for constraint ${constraint.id} to 'Mandatory' because '${constraint.orderKind}' is not valid`,
  );
  return 'Mandatory';
}

function parseKind(text: string): Kind | undefined {
  switch (text.toLowerCase()) {
    case 'mandatory':
      return 'Mandatory';
    case 'optional':
      return 'Optional';
    case 'serialize':
      return 'Serialize';
    default:
      return undefined;
  }
}

function readSymmetry(text: string | undefined, kind: Kind): Symmetry {
  if (kind === 'Serialize') return 'asymmetric';
  return text === undefined || isTrue(text) ? 'symmetric' : 'asymmetric';
}

/**
 * Strength of an ordering. Mandatory forward: a change of first makes then follow, and a start or promotion
 * that cannot happen blocks. Mandatory backward: what follows must go down first. Asymmetric: blocks only.
 */
function flagsFor(kind: Kind, firstTask: string, symmetry: Symmetry): number {
  if (kind === 'Optional') return OrderFlag.ordered;
  if (kind === 'Serialize') return OrderFlag.ordered | OrderFlag.serialize;
  switch (symmetry) {
    case 'asymmetric':
      return OrderFlag.ordered | OrderFlag.asymmetric;
    case 'inverse':
      return OrderFlag.ordered | OrderFlag.thenImpliesFirst;
    case 'symmetric': {
      const flags = OrderFlag.ordered | OrderFlag.firstImpliesThen;
      const blocks = firstTask === 'start' || firstTask === 'promote';
      return blocks ? flags | OrderFlag.unrunnableFirstBlocks : flags;
    }
  }
}

function orderPair(
  state: ClusterState,
  constraint: OrderConstraint,
  kind: Kind,
  first: ResourceInstance,
  then: ResourceInstance,
): void {
  const firstTask = constraint.firstAction ?? 'start';
  const thenTask = constraint.thenAction ?? firstTask;
  const symmetry = readSymmetry(constraint.symmetrical, kind);
  const flags = flagsFor(kind, firstTask, symmetry);
  const minimum = minimumInstances(first, constraint);
  if (minimum > 0)
    orderAfterMinimum(state, { id: constraint.id, first, firstTask, second: then, thenTask, flags, minimum });
  else orderResources(state, first, firstTask, then, thenTask, flags);
  if (symmetry !== 'symmetric') return;
  const inverseFirst = INVERSE[firstTask];
  const inverseThen = INVERSE[thenTask];
  if (inverseFirst === undefined || inverseThen === undefined) return;
  orderResources(state, then, inverseThen, first, inverseFirst, flagsFor(kind, inverseFirst, 'inverse'));
}

/** How many instances of a clone must be up before what is ordered after it; 0: the usual rule. */
function minimumInstances(first: ResourceInstance, constraint: OrderConstraint): number {
  if (!first.isClone) return 0;
  const cloneMin = integerOr(first.meta.get('clone-min'), 0);
  if (cloneMin > 0) return cloneMin;
  return constraint.requireAll !== undefined && !isTrue(constraint.requireAll) ? 1 : 0;
}

function orderAfterMinimum(
  state: ClusterState,
  init: {
    id: string;
    first: ResourceInstance;
    firstTask: string;
    second: ResourceInstance;
    thenTask: string;
    flags: number;
    minimum: number;
  },
): void {
  const { first, firstTask, second: then, thenTask } = init;
  const met = clusterPseudo(state, `clone-one-or-more:${init.id}`);
  met.flags |= ActionFlag.minRunnable;
  met.requiredRunnableBefore = init.minimum;
  for (const instance of first.children) {
    addOrdering(
      state,
      { resource: instance, key: `${instance.id}_${firstTask}_0` },
      { action: met },
      OrderFlag.minRunnable | OrderFlag.firstImpliesThenGraphed,
    );
  }
  addOrdering(
    state,
    { action: met },
    { resource: then, key: `${then.id}_${thenTask}_0` },
    init.flags | OrderFlag.unrunnableFirstBlocks,
  );
}

interface OrderSet {
  readonly id: string;
  readonly resources: readonly ResourceInstance[];
  readonly task: string;
  readonly sequential: boolean;
  /** Its end alone is ordered with the next set, if it says that it is sequential; else every member is. */
  readonly byEnds: boolean;
  readonly requireAll: boolean;
}

function readSet(resources: ConstraintResources, set: ResourceSet): OrderSet {
  const { action, sequential } = set.attributes;
  const requireAll = set.attributes['require-all'];
  return {
    id: set.id ?? '',
    resources: resources.inSet(set.members),
    task: action ?? 'start',
    sequential: sequential === undefined || isTrue(sequential),
    byEnds: sequential !== undefined && isTrue(sequential),
    requireAll: requireAll === undefined || isTrue(requireAll),
  };
}

function unpackSets(
  state: ClusterState,
  resources: ConstraintResources,
  constraint: OrderConstraint,
  kind: Kind,
): void {
  const symmetry = readSymmetry(constraint.symmetrical, kind);
  const sets = constraint.sets.flatMap((set) => state.context.references.set(set) ?? []);
  if (
    namesCloned(
      state,
      resources,
      constraint,
      sets.flatMap(({ members }) => members),
    )
  )
    return;
  let last: OrderSet | undefined;
  for (const resolved of sets) {
    const set = readSet(resources, resolved);
    const ownKind = parseKind(resolved.attributes.kind ?? '') ?? kind;
    const ownSymmetry = readSymmetry(resolved.attributes.symmetrical ?? constraint.symmetrical, ownKind);
    orderWithinSet(state, set, ownKind, ownSymmetry);
    if (last !== undefined) {
      orderSets(state, last, set, kind, symmetry);
      if (symmetry === 'symmetric') orderSets(state, set, last, kind, 'inverse');
    }
    last = set;
  }
}

function orderWithinSet(state: ClusterState, set: OrderSet, kind: Kind, symmetry: Symmetry): void {
  const { resources, task } = set;
  const flags = flagsFor(kind, task, symmetry);
  resources.forEach((resource, position) => {
    if (kind === 'Serialize') {
      countPairs(state, set.id, resources.length - position - 1);
      for (const later of resources.slice(position + 1)) {
        orderResources(state, resource, task, later, task, flags);
      }
      return;
    }
    const previous = resources[position - 1];
    if (set.sequential && previous) orderResources(state, previous, task, resource, task, flags);
  });
  const inverse = INVERSE[task];
  if (symmetry === 'asymmetric' || inverse === undefined || !set.sequential) return;
  const inverseFlags = flagsFor(kind, inverse, 'inverse');
  resources.forEach((resource, position) => {
    const previous = resources[position - 1];
    if (previous) orderResources(state, resource, inverse, previous, inverse, inverseFlags);
  });
}

function orderSets(
  state: ClusterState,
  first: OrderSet,
  then: OrderSet,
  kind: Kind,
  symmetry: Symmetry,
): void {
  const invert = symmetry === 'inverse';
  const firstTask = invert ? (INVERSE[first.task] ?? first.task) : first.task;
  const thenTask = invert ? (INVERSE[then.task] ?? then.task) : then.task;
  // "Any of" applies on the way up only: on the way down all wait.
  const requireAll = first.requireAll || firstTask === 'stop' || firstTask === 'demote';
  const flags = flagsFor(kind, firstTask, symmetry);
  if (!requireAll) {
    orderAfterAny(state, first, firstTask, then, thenTask, flags);
    return;
  }
  const firsts = first.byEnds ? ends(first.resources, !invert) : first.resources;
  const thens = then.byEnds ? ends(then.resources, invert) : then.resources;
  countPairs(state, then.id, firsts.length * thens.length);
  for (const one of firsts) {
    for (const other of thens) orderResources(state, one, firstTask, other, thenTask, flags);
  }
}

function ends(resources: readonly ResourceInstance[], last: boolean): readonly ResourceInstance[] {
  return last ? resources.slice(-1) : resources.slice(0, 1);
}

function orderAfterAny(
  state: ClusterState,
  first: OrderSet,
  firstTask: string,
  then: OrderSet,
  thenTask: string,
  flags: number,
): void {
  const any = clusterPseudo(state, `one-or-more:${first.id}`);
  any.flags |= ActionFlag.minRunnable;
  for (const resource of first.resources) {
    addOrdering(
      state,
      { resource, key: `${resource.id}_${firstTask}_0` },
      { action: any },
      OrderFlag.minRunnable | OrderFlag.firstImpliesThenGraphed,
    );
  }
  for (const resource of then.resources) {
    addOrdering(
      state,
      { action: any },
      { resource, key: `${resource.id}_${thenTask}_0` },
      flags | OrderFlag.unrunnableFirstBlocks,
    );
  }
}

/** A tag on either side acts as an unordered set. */
function unpackTags(
  state: ClusterState,
  resources: ConstraintResources,
  constraint: OrderConstraint,
  kind: Kind,
): void {
  const side = (id: string, task: string): OrderSet => ({
    id: `${constraint.id}-${id}`,
    resources: resources.inSet([id]),
    task,
    sequential: false,
    byEnds: false,
    requireAll: true,
  });
  const firstTask = constraint.firstAction ?? 'start';
  const first = side(constraint.first ?? '', firstTask);
  const then = side(constraint.then ?? '', constraint.thenAction ?? firstTask);
  const symmetry = readSymmetry(constraint.symmetrical, kind);
  orderSets(state, first, then, kind, symmetry);
  if (symmetry === 'symmetric') orderSets(state, then, first, kind, 'inverse');
}
