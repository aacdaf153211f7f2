import type { Bundle, Clone, ClusterInformation } from '@holdfast/model';
import type { LevelDifference } from '../levels.ts';
import { isAbout, namesOf } from './affected-resources.ts';
import { withDependents } from './dependents.ts';
import { type Effect, effectOf, factAbout, factInside, leavesOf } from './instance-decisions.ts';
import { bundlesThatReserve, bundlesWithColocations, clonesWithWishes, isFull } from './our-placement.ts';

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
  return withoutClones(
    cluster,
    decisions,
    left,
    (clone, both) => asked.has(clone.id) && isChosen(clone, both),
  );
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
    const about = factInside(resource);
    left = withoutFollowing(cluster, resource, left);
    left = {
      missing: left.missing.filter((fact) => !about.test(fact)),
      extra: left.extra.filter((fact) => !about.test(fact)),
    };
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

/** Without facts about what is placed with a clone or bundle or ordered after it. */
function withoutFollowing(
  cluster: ClusterInformation,
  collective: Clone | Bundle,
  { missing, extra }: LevelDifference,
): LevelDifference {
  const own = namesOf(collective);
  const following = new Set(withDependents(cluster, new Set(own)));
  for (const name of own) following.delete(name);
  const isOther = (fact: string) => !isAbout(fact, following);
  return { missing: missing.filter(isOther), extra: extra.filter(isOther) };
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
  for (const id of leavesOf(clone)) {
    const theirs = effectOf(`${id}:\\d+`, missing);
    const ours = effectOf(`${id}:\\d+`, extra);
    const crowds = clone.child.kind === 'group' && isCrowded(cluster, { clone, id }, ours, theirs);
    if (!isQuieter(ours, theirs, crowds)) return false;
    const leavesMore = theirs.left.some((node) => !ours.left.includes(node));
    if (leavesMore || crowds || startsInPlace(theirs)) moved = true;
  }
  return moved;
}

/** A start that is kept back on a node that another instance leaves: that one was moved. */
function startsInPlace({ keptBack }: Effect): boolean {
  return keptBack.length > 0;
}

function isQuieter(ours: Effect, theirs: Effect, crowds: boolean): boolean {
  if (ours.left.length > theirs.left.length) return false;
  const touched = new Set([...theirs.left, ...theirs.reached, ...theirs.disturbed]);
  // What is moved to where another one is takes no node of its own.
  const places = new Set([...theirs.reached, ...theirs.disturbed]);
  const other = ours.reached.filter((node) => !places.has(node));
  if (other.length > (crowds ? theirs.left.length : 0)) return false;
  if (![...ours.disturbed, ...ours.roles].every((node) => touched.has(node))) return false;
  const gained = ours.reached.length - ours.left.length;
  const wanted = theirs.reached.length - theirs.left.length;
  if (crowds && gained < wanted) return true;
  // What the reference keeps back in the place of what it moves need not be kept back elsewhere.
  return gained >= wanted && gained <= wanted + theirs.keptBack.length;
}

/**
 * The same for the containers of a bundle (clone-recover-no-shuffle-6). Where several are on one node, another one of
 * them is moved away; and where one cannot start again, only its address tells where it was to be.
 */
function areShuffled(
  { id, container }: Bundle,
  { missing, extra }: DecisionDifference,
  cluster: ClusterInformation,
): boolean {
  const name = `${id}-${container.runtime}-\\d+`;
  const theirs = effectOf(name, missing);
  const ours = effectOf(name, extra);
  const leavesMore = theirs.left.some((node) => !ours.left.includes(node));
  return (leavesMore || bundlesThatReserve(cluster).has(id)) && isQuieter(ours, theirs, false);
}

/** Whether the reference has more instances come to a node than we do and we have all there may be there. */
function isCrowded(
  cluster: ClusterInformation,
  { clone, id }: { clone: Clone; id: string },
  ours: Effect,
  theirs: Effect,
): boolean {
  const times = (nodes: readonly string[], node: string) => nodes.filter((each) => each === node).length;
  const change = ({ reached, left }: Effect, node: string) => times(reached, node) - times(left, node);
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
