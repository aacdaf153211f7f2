import type { Bundle, Clone, ClusterInformation } from '@holdfast/model';
import type { LevelDifference } from '../levels.ts';

/*
 * Version 2.1.5 gives an instance another node as soon as that is better for it, and starts another instance in its
 * place. The versions of 2026 reserve the better node for an instance that has none yet and leave the active one alone
 * (cases clone-recover-no-shuffle-* of the conformance folder). Both end up on the same nodes in the same roles - save
 * that an instance of a cloned group could be moved to where another one is (clone-recover-no-shuffle-5).
 *
 * Nor does 2.1.5 ask each instance for what is placed with its clone, as allocation scores of 2026 show it: which of
 * several new instances comes to which node differs.
 */

/** How the decisions differ, and what the reference decided in all. */
export interface DecisionDifference extends LevelDifference {
  readonly expected: readonly string[];
}

type Judge = (clone: Clone, decisions: DecisionDifference) => boolean;

/** Facts without those that only say which instance comes to where an instance will be anyway. */
export function withoutMoves(
  cluster: ClusterInformation,
  decisions: DecisionDifference,
  left: LevelDifference,
): LevelDifference {
  return withoutClones(cluster, decisions, left, isShuffled);
}

/** Facts without those about new instances that are only numbered differently. */
export function withoutNumbers(
  cluster: ClusterInformation,
  decisions: DecisionDifference,
  left: LevelDifference,
): LevelDifference {
  const colocations = cluster.configuration.constraints.filter(({ kind }) => kind === 'colocation');
  const text = JSON.stringify(colocations);
  return withoutClones(cluster, decisions, left, (clone, both) => {
    const ids = [clone.id, clone.child.id, ...leafIds(clone)];
    return ids.some((id) => text.includes(`"${id}"`)) && isRenumbered(clone, both);
  });
}

function withoutClones(
  cluster: ClusterInformation,
  decisions: DecisionDifference,
  { missing, extra }: LevelDifference,
  judge: Judge,
): LevelDifference {
  let left = { missing, extra };
  for (const resource of cluster.configuration.resources) {
    let about: RegExp;
    if (resource.kind === 'clone' && judge(resource, decisions)) about = factAbout(resource);
    else if (resource.kind === 'bundle' && judge === isShuffled && areShuffled(resource, decisions)) {
      about = factInside(resource);
    } else continue;
    left = {
      missing: left.missing.filter((fact) => !about.test(fact)),
      extra: left.extra.filter((fact) => !about.test(fact)),
    };
  }
  return left;
}

function leafIds({ child }: Clone): string[] {
  return child.kind === 'group' ? child.members.map(({ id }) => id) : [child.id];
}

/** A decision about an instance, or an action of the clone, of one of its groups or instances. */
export function factAbout(clone: Clone): RegExp {
  const id = `(${[clone.id, clone.child.id, ...leafIds(clone)].join('|')})`;
  return new RegExp(`^(\\*[A-Z][a-z-]*?${id}:\\d+\\(|(pseudo_event|rsc_op|crm_event) ${id}(:\\d+)?_)`);
}

/**
 * Whether the reference moves or stops an instance, both have the same effect for each member, and ours disturbs
 * nothing that the reference leaves alone.
 */
function isShuffled(clone: Clone, { missing, extra, expected }: DecisionDifference): boolean {
  let moved = false;
  for (const id of leafIds(clone)) {
    const theirs = effectOf(`${id}:\\d+`, missing, mayCrowd(clone) ? takenTwice(`${id}:\\d+`, expected) : []);
    const ours = effectOf(`${id}:\\d+`, extra);
    if (theirs === undefined || ours === undefined) return false;
    if (![theirs.net, theirs.netUnmoved, theirs.netStopped].some((net) => sameNet(net, ours.net)))
      return false;
    if ([...ours.disturbed].some((place) => !theirs.disturbed.has(place))) return false;
    if (theirs.moves) moved = true;
  }
  return moved;
}

/** Anything about what belongs to a bundle. */
function factInside({ id, child }: Bundle): RegExp {
  const inner = child === undefined ? '' : `|\\b${child.id}(:\\d+)?[_(]`;
  return new RegExp(`\\b${id}(-|_)${inner}|^\\*[A-Z][a-z-]*?(${id}-|${child?.id ?? id}:\\d+\\()`);
}

/** The same for the containers of a bundle (clone-recover-no-shuffle-6). */
function areShuffled({ id, container }: Bundle, { missing, extra }: DecisionDifference): boolean {
  const name = `${id}-${container.runtime}-\\d+`;
  const theirs = effectOf(name, missing);
  const ours = effectOf(name, extra);
  if (theirs === undefined || ours === undefined || !sameNet(theirs.net, ours.net)) return false;
  return theirs.moves && [...ours.disturbed].every((place) => theirs.disturbed.has(place));
}

/** A cloned group of which two instances on a node are one too many. */
function mayCrowd({ child, meta }: Clone): boolean {
  return (
    child.kind === 'group' && !meta.some(({ pairs }) => pairs.some(({ name }) => name === 'clone-node-max'))
  );
}

/** Whether all there is are starts in equal number in the same places. */
function isRenumbered(clone: Clone, { missing, extra }: LevelDifference): boolean {
  return leafIds(clone).every((id) => {
    const theirs = effectOf(`${id}:\\d+`, missing);
    const ours = effectOf(`${id}:\\d+`, extra);
    if (theirs === undefined || ours === undefined) return false;
    return theirs.disturbed.size + ours.disturbed.size === 0 && sameNet(theirs.net, ours.net);
  });
}

interface Effect {
  /** How many instances more there will be in a role on a node. */
  readonly net: ReadonlyMap<string, number>;
  /** The same if what moves to a node that is taken had stayed, or had been stopped. */
  readonly netUnmoved: ReadonlyMap<string, number>;
  readonly netStopped: ReadonlyMap<string, number>;
  /** Nodes on which an active instance is stopped. */
  readonly disturbed: ReadonlySet<string>;
  readonly moves: boolean;
}

const ROLE = '(Promoted|Unpromoted|Started|Stopped)?';

/** What decisions about instances with such names come to; undefined if one of them is of another kind. */
function effectOf(
  name: string,
  decisions: readonly string[],
  taken: readonly string[] = [],
): Effect | undefined {
  const net = new Map<string, number>();
  const netUnmoved = new Map<string, number>();
  const netStopped = new Map<string, number>();
  const disturbed = new Set<string>();
  let moves = false;
  for (const decision of decisions) {
    const { verb, from, to, rest } = read(name, decision);
    if (verb === '') continue;
    const crowding = from !== undefined && from.node !== to?.node && taken.includes(to?.node ?? '');
    for (const table of [net, netUnmoved, netStopped]) {
      const goes = table !== netUnmoved || !crowding;
      const comes = table === net || !crowding;
      if (goes && from !== undefined) count(table, from.role, from.node + rest, -1);
      if (comes && to !== undefined) count(table, to.role, to.node + rest, 1);
    }
    if (from !== undefined && from.node !== to?.node) disturbed.add(from.node);
    if (['Recover', 'Restart', 'Reload', 'Re-promote'].includes(verb)) {
      if (from?.node === to?.node && verb !== 'Recover' && name.endsWith(':\\d+')) return undefined;
      disturbed.add(from?.node ?? '');
    }
    if (from !== undefined && from.node !== to?.node) moves = true;
  }
  return { net, netUnmoved, netStopped, disturbed, moves };
}

/** Nodes to which more than one instance comes. */
function takenTwice(name: string, decisions: readonly string[]): string[] {
  const arrivals = decisions.flatMap((decision) => {
    const { from, to } = read(name, decision);
    return to === undefined || from?.node === to.node ? [] : [to.node];
  });
  return arrivals.filter((node, index) => arrivals.indexOf(node) < index);
}

interface End {
  readonly node: string;
  readonly role: string;
}

/** A decision about an instance of a primitive; about others the verb is empty. */
function read(
  name: string,
  decision: string,
): { verb: string; from: End | undefined; to: End | undefined; rest: string } {
  const about = new RegExp(`^\\*([A-Z][a-z-]*?)${name}\\((.*?)\\)(.*)$`);
  const [, verb, place = '', rest = ''] = about.exec(decision) ?? [];
  return verb === undefined
    ? { verb: '', from: undefined, to: undefined, rest }
    : { verb, ...endsOf(verb, place), rest };
}

function endsOf(verb: string, place: string): { from: End | undefined; to: End | undefined } {
  const change = new RegExp(`^${ROLE}(.*?)->${ROLE}(.*?)(Promoted|Unpromoted)?$`).exec(place);
  if (change === null) {
    const [, role, node = ''] = new RegExp(`^${ROLE}(.*)$`).exec(place) ?? [];
    const end = { node, role: roleOf(role) };
    return { from: verb === 'Start' ? undefined : end, to: verb === 'Stop' ? undefined : end };
  }
  const [, before, fromNode = '', after, toNode = '', both] = change;
  const to = { node: toNode, role: roleOf(after ?? both) };
  if (before === 'Stopped') return { from: undefined, to };
  return { from: { node: fromNode === '' ? toNode : fromNode, role: roleOf(before ?? both) }, to };
}

/** Only the promoted role is told apart: what is started is unpromoted if the clone is promotable. */
function roleOf(role: string | undefined): string {
  return role === 'Promoted' ? role : '';
}

function count(net: Map<string, number>, role: string, node: string, by: number): void {
  const key = `${role} ${node}`;
  const sum = (net.get(key) ?? 0) + by;
  if (sum === 0) net.delete(key);
  else net.set(key, sum);
}

function sameNet(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  return a.size === b.size && [...a].every(([key, sum]) => b.get(key) === sum);
}
