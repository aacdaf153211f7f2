import { entityKey } from '../change/entity.ts';
import type { Configuration } from '../configuration/configuration.ts';
import type { ColocationConstraint, OrderConstraint, ResourceSet } from '../configuration/constraint.ts';
import { LIMITS } from '../limits.ts';
import type { Finding } from './finding.ts';

/** A directed connection that a constraint makes between two resources. */
interface Edge {
  readonly to: string;
  readonly constraint: OrderConstraint | ColocationConstraint;
}

/**
 * Orderings or colocations that lead back to where they start. Such constraints can be configured, but then nothing
 * in the loop can be decided, so they are told. Optional and Serialize orderings cannot block and are left out.
 */
export function findLoops(configuration: Configuration): Finding[] {
  const orders = new Map<string, Edge[]>();
  const colocations = new Map<string, Edge[]>();
  for (const constraint of configuration.constraints)
    if (constraint.kind === 'order') addOrder(constraint, orders);
    else if (constraint.kind === 'colocation' && isMandatory(constraint))
      addColocation(constraint, colocations);
  return [...loopsIn(orders, 'ordering'), ...loopsIn(colocations, 'colocation')];
}

function addOrder(order: OrderConstraint, graph: Map<string, Edge[]>): void {
  if ((order.orderKind ?? 'Mandatory').toLowerCase() !== 'mandatory' || order.score === '0') return;
  if (order.first !== undefined && order.then !== undefined) {
    const verb = order.firstAction ?? 'start';
    connect(graph, `${order.first} ${verb}`, `${order.then} ${order.thenAction ?? verb}`, order);
  }
  addSets(order.sets, order, graph, (set) => set.attributes.action ?? 'start');
}

function addColocation(colocation: ColocationConstraint, graph: Map<string, Edge[]>): void {
  const { resource, withResource } = colocation;
  if (resource !== undefined && withResource !== undefined)
    connect(
      graph,
      `${resource} ${colocation.role ?? ''}`,
      `${withResource} ${colocation.withRole ?? ''}`,
      colocation,
    );
}

function isMandatory(colocation: ColocationConstraint): boolean {
  return /^\+?inf/i.test(colocation.score ?? '');
}

function addSets(
  sets: readonly ResourceSet[],
  constraint: OrderConstraint,
  graph: Map<string, Edge[]>,
  verb: (set: ResourceSet) => string,
): void {
  let before: { readonly set: ResourceSet; readonly members: readonly string[] } | undefined;
  for (const set of sets) {
    const members = set.members.map((each) => `${each} ${verb(set)}`);
    if (set.attributes.sequential !== 'false')
      for (const [index, from] of members.slice(0, -1).entries())
        connect(graph, from, members[index + 1] ?? '', constraint);
    for (const from of before?.members ?? []) for (const to of members) connect(graph, from, to, constraint);
    before = { set, members };
  }
}

function connect(graph: Map<string, Edge[]>, from: string, to: string, constraint: Edge['constraint']): void {
  const edges = graph.get(from);
  if (edges) edges.push({ to, constraint });
  else graph.set(from, [{ to, constraint }]);
}

/** One finding for each loop met by a depth-first walk, as many as are told; every place is entered once. */
function loopsIn(graph: ReadonlyMap<string, readonly Edge[]>, noun: string): Finding[] {
  const findings: Finding[] = [];
  const finished = new Set<string>();
  for (const start of graph.keys()) {
    const path: { place: string; next: number }[] = [];
    const onPath = new Set<string>();
    const enter = (place: string): void => {
      path.push({ place, next: 0 });
      onPath.add(place);
    };
    if (!finished.has(start)) enter(start);
    for (let top = path.at(-1); top && findings.length < LIMITS.reportedProblems; top = path.at(-1)) {
      const edge = graph.get(top.place)?.[top.next++];
      if (!edge) {
        path.pop();
        onPath.delete(top.place);
        finished.add(top.place);
      } else if (onPath.has(edge.to)) {
        const loop = path.slice(path.findIndex((each) => each.place === edge.to)).map((each) => each.place);
        findings.push(loopFinding(edge, [...loop, edge.to], noun));
      } else if (!finished.has(edge.to)) enter(edge.to);
    }
  }
  return findings;
}

function loopFinding({ constraint }: Edge, loop: readonly string[], noun: string): Finding {
  const shown = loop.length > 8 ? [...loop.slice(0, 7), '...'] : loop;
  return {
    level: 'warning',
    entity: entityKey({ kind: 'constraint', value: constraint }),
    id: constraint.id,
    problem: `${constraint.id} closes a loop of ${noun}s: ${shown.map((each) => each.trim()).join(' -> ')}`,
  };
}
