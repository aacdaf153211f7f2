import { type LocationConstraint, Pattern, type ResourceSet, type Rule } from '@holdfast/model';
import { resourceParameters } from '../../actions/digests.ts';
import { addLocation } from '../../node-criteria/locations.ts';
import { expandSubmatches } from '../../rules/attribute-expression.ts';
import { evaluateRule } from '../../rules/evaluate-rule.ts';
import type { ClusterState } from '../../state/cluster-state.ts';
import type { NodeInstance } from '../../state/node-instance.ts';
import { Discovery } from '../../state/node-table.ts';
import type { ResourceInstance } from '../../state/resource-instance.ts';
import { parseRole, Role, roleName } from '../../state/role.ts';
import { scoreOr } from '../option-values.ts';
import { countPairs } from './count-pairs.ts';
import type { ConstraintResources } from './find-resource.ts';

/** Reads one location constraint for everything it names: a resource, tag, pattern or sets. */
export function unpackLocation(
  state: ClusterState,
  resources: ConstraintResources,
  constraint: LocationConstraint,
): void {
  for (const set of constraint.sets) unpackSet(state, resources, constraint, set);
  if (constraint.resource !== undefined) {
    const named = resources.inSet([constraint.resource]);
    countPairs(state, constraint.id, named.length);
    if (named.length === 0) {
      state.warnings.push(
        `Ignoring constraint '${constraint.id}' because '${constraint.resource}' does not exist`,
      );
    }
    for (const resource of named) locate(state, constraint, resource, {});
  }
  if (constraint.pattern !== undefined) unpackPattern(state, constraint, constraint.pattern);
}

function unpackSet(
  state: ClusterState,
  resources: ConstraintResources,
  constraint: LocationConstraint,
  written: ResourceSet,
): void {
  const set = state.context.references.set(written);
  if (set === undefined) return;
  const members = resources.inSet(set.members);
  countPairs(state, constraint.id, members.length);
  for (const resource of members) {
    locate(state, constraint, resource, { score: set.attributes.score, role: set.attributes.role });
  }
}

function unpackPattern(state: ClusterState, constraint: LocationConstraint, pattern: string): void {
  const negated = pattern.startsWith('!');
  const parsed = Pattern.parse(negated ? pattern.slice(1) : pattern);
  if ('problem' in parsed) {
    state.warnings.push(
      `Ignoring location constraint '${constraint.id}' because '${pattern}' is no regular expression: ${parsed.problem}`,
    );
    return;
  }
  const matching = matchingResources(state, constraint, parsed, !negated);
  for (const resource of matching) {
    // Only rules can make use of what the groups of a pattern matched.
    const submatches = negated || constraint.rules.length === 0 ? undefined : parsed.match(resource.id);
    locate(state, constraint, resource, submatches === undefined ? {} : { submatches });
  }
}

/** A resource that is only compared with a pattern costs a fraction of one that is given a score. */
const COMPARED_FOR_ONE = 10;

function matchingResources(
  state: ClusterState,
  { id }: LocationConstraint,
  pattern: Pattern,
  wanted: boolean,
): readonly ResourceInstance[] {
  countPairs(state, id, Math.ceil(state.resources.length / COMPARED_FOR_ONE));
  const matching = state.resources.filter((resource) => pattern.test(resource.id) === wanted);
  countPairs(state, id, matching.length);
  return matching;
}

function discoveryMode(text: string | undefined): Discovery {
  switch (text) {
    case 'never':
      return Discovery.never;
    case 'exclusive':
      return Discovery.exclusive;
    default:
      return Discovery.always;
  }
}

interface Overrides {
  readonly score?: string | undefined;
  readonly role?: string | undefined;
  readonly submatches?: readonly string[];
}

function locate(
  state: ClusterState,
  constraint: LocationConstraint,
  resource: ResourceInstance,
  overrides: Overrides,
): void {
  const discovery = discoveryMode(constraint.resourceDiscovery);
  const roleText = overrides.role ?? constraint.role;
  const score = scoreOr(overrides.score ?? constraint.score, 0);
  if (constraint.node !== undefined) {
    const node = state.nodesByName.get(constraint.node) ?? state.nodesById.get(constraint.node);
    if (node === undefined) return;
    addLocation(state, {
      id: constraint.id,
      resource,
      nodes: [{ node, score }],
      role: locationRole(roleText),
      discovery,
    });
    return;
  }
  for (const written of constraint.rules) {
    const rule = written.idRef === undefined ? written : state.context.references.ruleById(written.idRef);
    if (rule === undefined) continue;
    locateByRule(state, constraint, resource, { rule, roleText, discovery, overrides });
  }
}

/** `Started` and `Unpromoted` are no restriction: they are about the placement of all instances. */
function locationRole(text: string | undefined): Role {
  const role = parseRole(text);
  return role === Role.promoted || role === Role.stopped ? role : Role.unknown;
}

function locateByRule(
  state: ClusterState,
  constraint: LocationConstraint,
  resource: ResourceInstance,
  init: { rule: Rule; roleText: string | undefined; discovery: Discovery; overrides: Overrides },
): void {
  const { rule, discovery, overrides } = init;
  const roleText = rule.role ?? init.roleText;
  const role = locationRole(roleText);
  const nodes: { node: NodeInstance; score: number }[] = [];
  for (const node of state.nodes) {
    const context = {
      ...state.context.baseRule,
      nodeAttributes: node.attributes,
      params: resourceParameters(state, resource, node),
      meta: resource.meta,
      ...(roleText === undefined ? {} : { role: roleName(parseRole(roleText)) }),
      ...(overrides.submatches === undefined ? {} : { submatches: overrides.submatches }),
    };
    if (!evaluateRule(rule, context)) continue;
    nodes.push({ node, score: ruleScore(rule, node, overrides) });
  }
  addLocation(state, { id: constraint.id, resource, nodes, role, discovery });
}

function ruleScore(rule: Rule, node: NodeInstance, overrides: Overrides): number {
  if (rule.scoreAttribute !== undefined) {
    const name = expandSubmatches(rule.scoreAttribute, overrides.submatches);
    const value = node.attributes.get(name);
    return value === undefined ? -1_000_000 : scoreOr(value, 0);
  }
  return scoreOr(rule.score, 0);
}
