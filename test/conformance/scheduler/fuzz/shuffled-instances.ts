import type { Bundle, Clone, ClusterInformation } from '@holdfast/model';
import type { LevelDifference } from '../levels.ts';
import { isAbout, namesOf } from './affected-resources.ts';
import { withDependents } from './dependents.ts';
import {
  type Effect,
  effectOf,
  factAbout,
  factInside,
  leavesOf,
  readInstanceDecision,
  sameNet,
} from './instance-decisions.ts';
import {
  activeOn,
  areEqual,
  bundlesThatReserve,
  bundlesWithColocations,
  clonesHeldBack,
  clonesOnUnavailableNodes,
  clonesWithWishes,
  isFull,
  mostOnNode,
  needingRoom,
} from './our-placement.ts';

/*
 * Version 2.1.5 gives an instance another node as soon as that is better for it, and starts another instance in its
 * place. The versions of 2026 reserve the better node for an instance that has none yet and leave the active one alone
 * (cases clone-recover-no-shuffle-* of the conformance folder). Both have instances on the same nodes in the end, save
 * that
 * - an instance of a cloned group could be moved to where another one is (clone-recover-no-shuffle-5);
 * - with fewer instances than nodes the place of the one that was moved is taken by none;
 * - one that was moved is not known where it comes to and so not promoted, nor restarted for changed parameters.
 * What is placed with the clone or ordered after it follows.
 *
 * Nor does 2.1.5 ask each instance for what is placed with its clone, as allocation scores of 2026 show it: which of
 * several instances comes to which node differs, and whether one is started at all where others want it.
 */

/** How the decisions differ, and what the reference decided in all. */
export interface DecisionDifference extends LevelDifference {
  readonly expected: readonly string[];
}

type Judge = (clone: Clone, decisions: DecisionDifference, cluster: ClusterInformation) => boolean;

/** Facts without those that only say which instance comes to where an instance will be anyway. */
export function withoutMoves(
  cluster: ClusterInformation,
  decisions: DecisionDifference,
  left: LevelDifference,
): LevelDifference {
  return withoutClones(cluster, decisions, left, isShuffled);
}

/** Facts without those about clones of which instances were asked for what is placed with the clone. */
export function withoutWishes(
  cluster: ClusterInformation,
  decisions: DecisionDifference,
  left: LevelDifference,
): LevelDifference {
  const asked = clonesWithWishes(cluster);
  const heldBack = clonesHeldBack(cluster);
  return withoutClones(
    cluster,
    decisions,
    left,
    (clone, both) => heldBack.has(clone.id) || (asked.has(clone.id) && isChosen(clone, both)),
  );
}

/** Facts without those about clones that have surplus instances while some are on nodes that cannot run anything. */
export function withoutSurplus(
  cluster: ClusterInformation,
  decisions: DecisionDifference,
  left: LevelDifference,
): LevelDifference {
  const stranded = clonesOnUnavailableNodes(cluster);
  return withoutClones(cluster, decisions, left, (clone, both) => {
    if (!stranded.has(clone.id)) return false;
    const own = [...both.missing, ...both.extra].filter((fact) => factAbout(clone).test(fact));
    if (own.length === 0) return false;
    return own.every((fact) => fact.startsWith('*Stop')) || isSameOnNodes(clone, both);
  });
}

/** Whether as many instances come to and leave each node, whichever they are. */
function isSameOnNodes(clone: Clone, { missing, extra }: LevelDifference): boolean {
  return leavesOf(clone).every((id) =>
    sameNet(effectOf(`${id}:\\d+`, missing), effectOf(`${id}:\\d+`, extra)),
  );
}

/** Facts without those about cloned groups that go to other nodes that are as good by our explanation. */
export function withoutAtOnce(
  cluster: ClusterInformation,
  decisions: DecisionDifference,
  left: LevelDifference,
): LevelDifference {
  return withoutClones(cluster, decisions, left, (clone, { missing, extra }) => {
    const [first] = leavesOf(clone);
    if (clone.child.kind !== 'group' || first === undefined) return false;
    const moves = [missing, extra].map((facts) => movesOf(facts, first));
    const [theirs = new Map(), ours = new Map()] = moves;
    return (
      theirs.size > 0 &&
      theirs.size === ours.size &&
      [...theirs].every(([instance, node]) => areEqual(cluster, instance, node, ours.get(instance)))
    );
  });
}

/** Which instances of a primitive move or start, and where to. */
export function movesOf(facts: readonly string[], id: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const fact of facts) {
    const [, instance] = new RegExp(`^\\*(?:Move|Start|Recover)(${id}:\\d+)\\(`).exec(fact) ?? [];
    const to = instance === undefined ? undefined : readInstanceDecision(instance, fact)?.to;
    if (instance !== undefined && to !== undefined) found.set(instance, to.node);
  }
  return found;
}

/** Facts without those about clones or bundles of which the reference puts more on a node than may be there. */
export function withoutCrowds(
  cluster: ClusterInformation,
  decisions: DecisionDifference,
  left: LevelDifference,
): LevelDifference {
  const crowds = (collective: Clone | Bundle, facts: readonly string[], names: readonly string[]): boolean =>
    names.some((name) => {
      const { reached, left: gone } = effectOf(name, facts);
      return reached.some((node) => {
        const now = activeOn(cluster, new RegExp(`^${name}$`), node);
        return now + count(reached, node) - count(gone, node) > mostOnNode(cluster, collective.id);
      });
    });
  const bundles = cluster.configuration.resources.filter(
    (each) => each.kind === 'bundle' && crowds(each, decisions.expected, [containersOf(each)]),
  );
  let rest = left;
  for (const bundle of bundles) rest = withoutInside(cluster, bundle as Bundle, rest);
  return withoutClones(cluster, decisions, rest, (clone, { expected }) =>
    crowds(
      clone,
      expected.filter((fact) => factAbout(clone).test(fact)),
      leavesOf(clone).map((id) => `${id}:\\d+`),
    ),
  );
}

/** What the names of a bundle's containers look like. */
function containersOf({ id, container }: Bundle): string {
  return `${id}-${container.runtime}-\\d+`;
}

/** Without facts about what is inside a bundle and what follows it. */
function withoutInside(cluster: ClusterInformation, bundle: Bundle, left: LevelDifference): LevelDifference {
  const about = factInside(bundle);
  const { missing, extra } = withoutFollowing(cluster, bundle, left);
  return {
    missing: missing.filter((fact) => !about.test(fact)),
    extra: extra.filter((fact) => !about.test(fact)),
  };
}

function count(nodes: readonly string[], node: string): number {
  return nodes.filter((each) => each === node).length;
}

/** Facts without those about bundles whose colocations count for their containers, and about what follows them. */
export function withoutColocatedBundles(
  cluster: ClusterInformation,
  _decisions: unknown,
  { missing, extra }: LevelDifference,
): LevelDifference {
  let left = { missing, extra };
  const colocated = bundlesWithColocations(cluster);
  for (const resource of cluster.configuration.resources) {
    if (resource.kind !== 'bundle' || !colocated.has(resource.id)) continue;
    left = withoutInside(cluster, resource, left);
  }
  return left;
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
    if (resource.kind === 'clone' && judge(resource, decisions, cluster)) about = factAbout(resource);
    else if (
      resource.kind === 'bundle' &&
      judge === isShuffled &&
      areShuffled(resource, decisions, cluster)
    ) {
      about = factInside(resource);
      left = withoutBalanced(cluster, decisions, left);
    } else continue;
    left = withoutFollowing(cluster, resource, left);
    left = {
      missing: left.missing.filter((fact) => !about.test(fact)),
      extra: left.extra.filter((fact) => !about.test(fact)),
    };
  }
  return left;
}

/**
 * Without facts about what is placed with a clone or bundle or ordered after it; and where its instances take capacity,
 * about what they leave more or less of it for.
 */
function withoutFollowing(
  cluster: ClusterInformation,
  collective: Clone | Bundle,
  { missing, extra }: LevelDifference,
): LevelDifference {
  const own = namesOf(collective);
  const room = needingRoom(cluster);
  const competing = own.some((name) => room.has(name)) && placesByRoom(cluster) ? room : [];
  const following = new Set(withDependents(cluster, new Set([...own, ...competing])));
  for (const name of own) following.delete(name);
  const isOther = (fact: string) => !isAbout(fact, following);
  return { missing: missing.filter(isOther), extra: extra.filter(isOther) };
}

function placesByRoom({ configuration }: ClusterInformation): boolean {
  return configuration.options.some(({ pairs }) => pairs.some(({ name }) => name === 'placement-strategy'));
}

/**
 * Without facts about what only starts or moves elsewhere: where containers are on other nodes, these have other
 * numbers of resources, and among equal nodes the one with the fewest is taken.
 */
function withoutBalanced(
  { configuration }: ClusterInformation,
  decisions: DecisionDifference,
  { missing, extra }: LevelDifference,
): LevelDifference {
  const simple = configuration.resources.filter(({ kind }) => kind === 'primitive' || kind === 'group');
  const differing = [...decisions.missing, ...decisions.extra];
  const names = new Set(
    simple.flatMap(namesOf).filter((name) => {
      const about = differing.filter((fact) => isAbout(fact, new Set([name])));
      return about.length > 0 && about.every((fact) => /^\*(Start|Move|Migrate|Restart)/.test(fact));
    }),
  );
  const isOther = (fact: string) => !isAbout(fact, names);
  return { missing: missing.filter(isOther), extra: extra.filter(isOther) };
}

/** Whether the reference moves instances away that ours leaves, and ours needs no other nodes and disturbs no more. */
function isShuffled(
  clone: Clone,
  { missing, extra }: DecisionDifference,
  cluster: ClusterInformation,
): boolean {
  let moved = false;
  const leaves = leavesOf(clone).map((id) => ({
    id,
    theirs: effectOf(`${id}:\\d+`, missing),
    ours: effectOf(`${id}:\\d+`, extra),
  }));
  // Where an instance of a group stays its inactive members start.
  const stays = leaves.flatMap(({ theirs }) => theirs.left);
  for (const { id, theirs, ours } of leaves) {
    const crowds = clone.child.kind === 'group' && isCrowded(cluster, { clone, id }, ours, theirs);
    if (!isQuieter(ours, theirs, { crowds, stays })) return false;
    const leavesMore = theirs.left.some((node) => !ours.left.includes(node));
    if (leavesMore || crowds || startsInPlace(theirs)) moved = true;
  }
  return moved;
}

/** A start that is kept back on a node that another instance leaves: that one was moved. */
function startsInPlace({ keptBack }: Effect): boolean {
  return keptBack.length > 0;
}

function isQuieter(
  ours: Effect,
  theirs: Effect,
  { crowds, stays }: { crowds: boolean; stays: readonly string[] },
): boolean {
  if (ours.left.length > theirs.left.length) return false;
  const touched = new Set([...theirs.left, ...theirs.reached, ...theirs.disturbed]);
  // What is moved to where another one is takes no node of its own.
  const places = new Set([...theirs.reached, ...theirs.disturbed, ...stays]);
  const other = ours.reached.filter((node) => !places.has(node));
  // Where it moves one to a node that cannot start it yet, nothing is said but that it cannot stop.
  if (other.length > (crowds ? theirs.left.length : theirs.stuck.length)) return false;
  if (![...ours.disturbed, ...ours.roles].every((node) => touched.has(node))) return false;
  const gained = ours.reached.length - ours.left.length;
  const wanted = theirs.reached.length - theirs.left.length;
  if (crowds && gained < wanted) return true;
  // What the reference keeps back, or stops, in the place of what it moves need not be kept back elsewhere.
  const stopped = ours.left.every((node) => theirs.left.includes(node))
    ? theirs.left.length - ours.left.length
    : 0;
  const spared = theirs.keptBack.length + stopped;
  return gained >= wanted && gained <= wanted + spared;
}

/**
 * The same for the containers of a bundle (clone-recover-no-shuffle-6). Where several are on one node, another one of
 * them is moved away; and where one cannot start again, only its address tells where it was to be.
 */
function areShuffled(
  bundle: Bundle,
  { missing, extra }: DecisionDifference,
  cluster: ClusterInformation,
): boolean {
  const { id } = bundle;
  const theirs = effectOf(containersOf(bundle), missing);
  const ours = effectOf(containersOf(bundle), extra);
  const leavesMore = theirs.left.some((node) => !ours.left.includes(node));
  return (
    (leavesMore || bundlesThatReserve(cluster).has(id)) &&
    isQuieter(ours, theirs, { crowds: false, stays: [] })
  );
}

/** Whether the reference has more instances come to a node than we do and we have all there may be there. */
function isCrowded(
  cluster: ClusterInformation,
  { clone, id }: { clone: Clone; id: string },
  ours: Effect,
  theirs: Effect,
): boolean {
  const change = ({ reached, left }: Effect, node: string) => count(reached, node) - count(left, node);
  return theirs.reached.some(
    (node) => change(theirs, node) > change(ours, node) && isFull(cluster, { clone: clone.id, id, node }),
  );
}

/** Whether no fewer instances are started than by the reference, wherever, and no more are moved. */
function isChosen(clone: Clone, { missing, extra }: LevelDifference): boolean {
  return leavesOf(clone).every((id) => {
    const theirs = effectOf(`${id}:\\d+`, missing);
    const ours = effectOf(`${id}:\\d+`, extra);
    const [gained, wanted] = [ours, theirs].map((each) => each.reached.length - each.left.length) as [
      number,
      number,
    ];
    return gained >= wanted && (ours.left.length <= theirs.left.length || gained === wanted);
  });
}
