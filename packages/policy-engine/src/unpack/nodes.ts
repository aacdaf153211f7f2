import type { Bundle, ClusterInformation, Configuration, ConfiguredNode, Primitive } from '@holdfast/model';
import { evaluateBlocks } from '../rules/evaluate-blocks.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import { NodeInstance, type NodeKind } from '../state/node-instance.ts';
import { integerOr, isTrue, scoreOr } from './option-values.ts';
import { replicaCount } from './replica-count.ts';
import { mergeTemplate } from './templates.ts';
import type { UnpackContext } from './unpack-context.ts';

interface PlannedNode {
  readonly id: string;
  readonly name: string;
  readonly kind: NodeKind;
  readonly configured: ConfiguredNode | undefined;
  readonly bundle: boolean;
  /** Known by a history only, so not there yet when resources are read. */
  readonly late?: boolean;
}

/**
 * Creates every node there will be: members, remote and guest nodes, replicas of bundles. Nodes are kept in
 * the order of their names, numbers within names compared as numbers.
 */
export function unpackNodes(context: UnpackContext): void {
  const { state } = context;
  const planned = planNodes(state.input, context);
  planned.sort((a, b) => compareNodeNames(a.name, b.name));
  for (const plan of planned) {
    const node = new NodeInstance({ index: state.nodes.length, ...plan });
    node.bundleNode = plan.bundle;
    if (plan.bundle) state.haveBundleNodes = true;
    if (plan.bundle) node.baseScore = -1_000_000;
    else node.baseScore = scoreOr(plan.configured?.score, 0);
    state.nodes.push(node);
    state.nodesById.set(node.id, node);
    if (!state.nodesByName.has(node.name)) state.nodesByName.set(node.name, node);
    if (!plan.bundle && !plan.late) context.nodesSeen++;
    initializeNode(context, node);
  }
}

function initializeNode(context: UnpackContext, node: NodeInstance): void {
  const { state } = context;
  const { header } = state.input;
  if (node.kind === 'cluster' && header['dc-uuid'] === node.id) {
    state.dc = node;
    node.isDc = true;
  }
  if (node.kind === 'remote') state.haveRemoteNodes = true;
  // Members are unclean until their status is seen, if startup-fencing wants that.
  node.unclean = node.kind === 'cluster' && state.options.startupFencing && state.options.fencingEnabled;
  node.attributes.set('#uname', node.name);
  node.attributes.set('#id', node.id);
  node.attributes.set('#kind', node.kind === 'remote' ? 'remote' : 'cluster');
  node.attributes.set('#is_dc', node.isDc ? 'true' : 'false');
  if (state.options.clusterName !== undefined)
    node.attributes.set('#cluster-name', state.options.clusterName);
  const rule = { ...context.baseRule, nodeAttributes: node.attributes };
  const { references } = context;
  evaluateBlocks(node.configured?.attributes ?? [], rule, { references, into: node.attributes });
  setSiteName(state, node);
  const utilization = evaluateBlocks(node.configured?.utilization ?? [], rule, { references });
  for (const [name, value] of utilization) node.utilization.set(name, integerOr(value, 0));
}

/** `#site-name` is the attribute site-name, else the cluster's name. */
export function setSiteName(state: ClusterState, node: NodeInstance): void {
  const site = node.attributes.get('site-name') ?? state.options.clusterName;
  if (site !== undefined) node.attributes.set('#site-name', site);
}

function planNodes(input: ClusterInformation, context: UnpackContext): PlannedNode[] {
  const planned = new Map<string, PlannedNode>();
  const byName = new Set<string>();
  const add = (plan: PlannedNode): void => {
    if (byName.has(plan.name) || planned.has(plan.id)) return;
    planned.set(plan.id, plan);
    byName.add(plan.name);
  };
  for (const configured of input.configuration.nodes) {
    if (configured.type === 'ping') continue;
    const kind = configured.type === 'remote' ? 'remote' : 'cluster';
    add({ id: configured.id, name: configured.name, kind, configured, bundle: false });
  }
  const remote = (name: string, bundle: boolean): void =>
    add({ id: name, name, kind: 'remote', configured: undefined, bundle });
  for (const primitive of allPrimitives(input.configuration)) {
    const expanded = mergeTemplate(primitive, context);
    if (isRemoteAgent(expanded)) remote(expanded.id, false);
    const guest = guestName(expanded, context);
    if (guest !== undefined) remote(guest, false);
  }
  for (const resource of input.configuration.resources) {
    if (resource.kind !== 'bundle') continue;
    for (const name of bundleNodeNames(context, resource)) {
      // A replica may already have permanent attributes as a configured node.
      const configured = [...planned.values()].find((plan) => plan.name === name);
      if (configured) planned.set(configured.id, { ...configured, kind: 'remote', bundle: true });
      else remote(name, true);
    }
  }
  const configuredIds = new Set([...allPrimitives(input.configuration)].map(({ id }) => id));
  for (const status of input.status.nodes) {
    for (const history of status.resources) {
      // A history of a configured resource with another agent now is no connection.
      if (configuredIds.has(history.id)) continue;
      if (history.class === 'ocf' && history.provider === 'pacemaker' && history.type === 'remote') {
        add({
          id: history.id,
          name: history.id,
          kind: 'remote',
          configured: undefined,
          bundle: false,
          late: true,
        });
      }
    }
  }
  return [...planned.values()];
}

/** Names of the guest nodes that the replicas of a bundle are. */
export function bundleNodeNames(context: UnpackContext, bundle: Bundle): string[] {
  if (bundle.child === undefined) return [];
  return Array.from({ length: replicaCount(context, bundle) }, (_unused, i) => `${bundle.id}-${i}`);
}

/** Every configured primitive outside bundles, members of groups and clones included. */
export function* allPrimitives(configuration: Configuration): Iterable<Primitive> {
  for (const resource of configuration.resources) {
    const inner = resource.kind === 'clone' ? resource.child : resource;
    if (inner.kind === 'primitive') yield inner;
    else if (inner.kind === 'group') yield* inner.members;
  }
}

/** A resource that is itself the connection to a remote node. */
export function isRemoteAgent(primitive: Primitive): boolean {
  if (primitive.class !== 'ocf' || primitive.provider !== 'pacemaker' || primitive.type !== 'remote')
    return false;
  return true;
}

/** The node that lives inside a resource with meta attribute `remote-node`. */
export function guestName(primitive: Primitive, context: UnpackContext): string | undefined {
  const meta = evaluateBlocks(primitive.meta, context.baseRule, { references: context.references });
  return meta.get('remote-node');
}

/** Compares names with runs of digits taken as numbers, ignoring case. */
export function compareNodeNames(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (isDigit(a, i) && isDigit(b, j)) {
      const startI = i;
      const startJ = j;
      while (isDigit(a, i)) i++;
      while (isDigit(b, j)) j++;
      const difference = Number(a.slice(startI, i)) - Number(b.slice(startJ, j));
      if (difference !== 0) return difference;
      continue;
    }
    const difference = a.charAt(i).toLowerCase().charCodeAt(0) - b.charAt(j).toLowerCase().charCodeAt(0);
    if (difference !== 0) return difference;
    i++;
    j++;
  }
  return a.length - i - (b.length - j);
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

/** True if a node attribute that switches something on is set. */
export function attributeIsTrue(node: NodeInstance, name: string): boolean {
  return isTrue(node.attributes.get(name));
}
