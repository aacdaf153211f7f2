import { INFINITY_SCORE } from '@holdfast/model';
import { anyAvailable, isAvailable } from '../node-criteria/node-available.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { Colocation } from '../state/constraints.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { NodeTable } from '../state/node-table.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { placeFor } from './colocation.ts';
import { colocationsOf, colocationsWith, hasInfluence } from './colocation-lists.ts';

/*
 * What dependents would like, added to the scores of the resource they are placed with.
 *
 * Rule: every dependent's score for a node is added, scaled by colocation score / INFINITY and rounded away
 * from zero; then those of the dependent's own dependents, scaled by the product of the factors, and so on
 * through chains, groups and clones. A loop ends at the resource already being merged. If the result leaves
 * no usable node, the contribution is dropped.
 */

/** Marks a node whose positive score would have become negative, while merging for a comparison only. */
const UNUSABLE = -100 * INFINITY_SCORE;

/**
 * How far wishes travel along a chain of colocations, and how many are heard for one resource. No real configuration
 * comes near; without bounds long chains take the square of their length and the stack, and nets of colocations,
 * which have many ways from one end to the other, time without end.
 */
const MAX_CHAIN = 200;
const MAX_MERGES = 2000;
/**
 * How many colocations are looked at on the way, for all resources together: thousands between a few would each be
 * followed along thousands. What a dependent itself wants is always heard.
 */
const MAX_FOLLOWED = 10_000_000;

export interface MergeOptions {
  /** Follow what the source is placed with instead of what is placed with it. */
  readonly own?: boolean;
  /** Keep scores from turning negative. */
  readonly nonNegative?: boolean;
  /** Give up quietly when no node remains. */
  readonly active?: boolean;
}

/** Adds the preferences of a colocation's dependent to a resource's scores. */
export function addDependentScores(
  state: ClusterState,
  colocation: Colocation,
  target: ResourceInstance,
): void {
  if (!hasInfluence(colocation)) return;
  // What one dependent avoids must not keep a whole clone away.
  const options = target.isClone ? { active: true, nonNegative: true } : { active: true };
  const merged = mergeScores(state, {
    source: colocation.dependent,
    target,
    table: target.allowed,
    colocation,
    factor: colocation.score / INFINITY_SCORE,
    options,
  });
  if (merged !== undefined && merged !== target.allowed) {
    target.allowed.assign(merged, colocation.id);
  }
}

interface Merge {
  readonly source: ResourceInstance;
  readonly target: ResourceInstance;
  /** Scores so far; undefined: start from the source's own. */
  readonly table: NodeTable | undefined;
  readonly colocation: Colocation | undefined;
  readonly factor: number;
  readonly options: MergeOptions;
}

/** The table with the source's scores merged in; the same table if nothing is added. */
export function mergeScores(state: ClusterState, merge: Merge): NodeTable | undefined {
  const { source } = merge;
  if (source.isGroup) return mergeGroup(state, merge);
  if (source.merging) return merge.table;
  if (state.mergeDepth === 0) state.merges = 0;
  if (state.mergeDepth >= MAX_CHAIN || (state.mergeDepth > 0 && isExhausted(state))) return merge.table;
  source.merging = true;
  state.mergeDepth++;
  state.merges++;
  const result = mergeOne(state, merge);
  state.mergeDepth--;
  source.merging = false;
  return result;
}

/** Nothing more is followed for the resource that is looked at now, or for any. */
function isExhausted(state: ClusterState): boolean {
  return state.merges >= MAX_MERGES || state.colocationsFollowed >= MAX_FOLLOWED;
}

/** Notes that so many colocations are going to be looked at. */
function follow(state: ClusterState, colocations: readonly Colocation[]): void {
  const before = state.colocationsFollowed;
  state.colocationsFollowed += colocations.length;
  if (before < MAX_FOLLOWED && state.colocationsFollowed >= MAX_FOLLOWED) {
    state.warnings.push('Too many colocations depend on each other: not all are followed along their chains');
  }
}

/** A group's wishes are those of its first member, to which the others' are chained. */
function mergeGroup(state: ClusterState, merge: Merge): NodeTable | undefined {
  const { source } = merge;
  // Following what is placed with it from the first member on, or what it is placed with from the last one.
  const first = merge.options.own ? source.children.at(-1) : source.children[0];
  if (source.merging || first === undefined) return merge.table;
  source.merging = true;
  let table = mergeScores(state, { ...merge, source: first, ...(merge.table ? {} : { target: first }) });
  if (merge.options.own && table !== undefined) {
    for (const colocation of source.colocations) {
      table = mergeNext(state, { ...merge, table }, colocation);
    }
  }
  source.merging = false;
  return table;
}

function mergeOne(state: ClusterState, merge: Merge): NodeTable | undefined {
  const { source, table, options } = merge;
  let work: NodeTable;
  let target = merge.target;
  if (table === undefined) {
    work = source.allowed.copy();
    target = source;
  } else {
    work = table.copy();
    addMatching(state, { ...merge, target }, work);
  }
  if (anyAvailable(state, work)) {
    const next = isExhausted(state) ? [] : options.own ? colocationsOf(source) : colocationsWith(source);
    follow(state, next);
    for (const colocation of next) {
      if (isExhausted(state)) break;
      work = mergeNext(state, { ...merge, target, table: work }, colocation) ?? work;
    }
  } else if (options.active) {
    return table;
  }
  if (options.nonNegative) {
    for (let i = 0; i < work.size; i++)
      if (work.present[i] === 1 && work.scores[i] === UNUSABLE) work.scores[i] = 1;
  }
  return work;
}

function mergeNext(state: ClusterState, merge: Merge, colocation: Colocation): NodeTable | undefined {
  const { options } = merge;
  if (!options.own && !hasInfluence(colocation)) return merge.table;
  const other = options.own ? colocation.primary : colocation.dependent;
  const factor = (merge.factor * colocation.score) / INFINITY_SCORE;
  // What is further along a chain is never worth giving up every node for.
  return mergeScores(state, {
    ...merge,
    source: other,
    colocation,
    factor,
    options: { ...options, active: true },
  });
}

function addMatching(state: ClusterState, merge: Merge, work: NodeTable): void {
  const { source, target, colocation, factor, options } = merge;
  const best = bestOf(state, source, target, colocation);
  for (const node of state.nodes) {
    const { index } = node;
    if (!work.has(index)) continue;
    const score = best(node);
    if (factor < 0 && score < 0 && !mayCountDoubleNegative(state, colocation, score)) continue;
    const before = work.score(index);
    if (before === UNUSABLE) continue;
    const delta = scaled(factor, score);
    const after = saturate(before, delta);
    if (options.nonNegative && after < 0) {
      if (before > 0) work.scores[index] = UNUSABLE;
      if (before >= 0) continue;
    }
    work.scores[index] = after;
  }
}

/** Rounds half away from zero, and never to 0 unless something is 0. */
function scaled(factor: number, score: number): number {
  const product = factor * score;
  const rounded = Math.trunc(product < 0 ? product - 0.5 : product + 0.5);
  if (rounded !== 0 || score === 0) return rounded;
  return factor > 0 ? 1 : factor < 0 ? -1 : 0;
}

function saturate(a: number, b: number): number {
  if (a <= -INFINITY_SCORE || b <= -INFINITY_SCORE) return -INFINITY_SCORE;
  if (a >= INFINITY_SCORE || b >= INFINITY_SCORE) return INFINITY_SCORE;
  return Math.max(-INFINITY_SCORE, Math.min(INFINITY_SCORE, a + b));
}

/**
 * A dependent that must stay away and also avoids a node is no reason for the primary to go there - unless
 * that is the dependent's only chance and nothing holds the primary back.
 */
function mayCountDoubleNegative(
  state: ClusterState,
  colocation: Colocation | undefined,
  score: number,
): boolean {
  if (colocation === undefined) return false;
  if (colocation.primary.stickiness >= -score || !hasInfluence(colocation)) return false;
  return allowedOnOne(state, colocation.dependent);
}

function allowedOnOne(state: ClusterState, resource: ResourceInstance): boolean {
  let count = 0;
  for (const node of state.nodes) {
    if (resource.allowed.has(node.index) && resource.allowed.score(node.index) >= 0) count++;
  }
  return count === 1;
}

/** The best score of the source among the available nodes of the place that a node is for the target. */
function bestOf(
  state: ClusterState,
  source: ResourceInstance,
  target: ResourceInstance,
  colocation: Colocation | undefined,
): (node: NodeInstance) => number {
  const { allowed } = source;
  if (colocation === undefined || (colocation.nodeAttribute === undefined && !state.haveBundleNodes)) {
    // Every node is a place of its own.
    return (node) =>
      allowed.has(node.index) && isAvailable(node) ? allowed.score(node.index) : -INFINITY_SCORE;
  }
  const best = bestByPlace(state, source, colocation);
  return (node) => best.get(placeFor(node, colocation, target)) ?? -INFINITY_SCORE;
}

function bestByPlace(
  state: ClusterState,
  source: ResourceInstance,
  colocation: Colocation,
): ReadonlyMap<string | undefined, number> {
  const best = new Map<string | undefined, number>();
  for (const node of state.nodes) {
    if (!source.allowed.has(node.index) || !isAvailable(node)) continue;
    const place = placeFor(node, colocation, source);
    const score = source.allowed.score(node.index);
    const known = best.get(place);
    if (known === undefined || score > known) best.set(place, score);
  }
  return best;
}
