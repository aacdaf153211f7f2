import { addScores, type ClusterInformation } from '@holdfast/model';
import { computeTransition, type PolicyResult } from '@holdfast/policy-engine';
import { namesOf } from './affected-resources.ts';

type ResourceInstance = PolicyResult['state']['allResources'][number];

const computed = new WeakMap<ClusterInformation, PolicyResult>();

/** Our answer, with what made up the scores; kept for the reasons that ask for the same cluster. */
export function ourPlacement(cluster: ClusterInformation): PolicyResult {
  let result = computed.get(cluster);
  if (result === undefined) {
    result = computeTransition(cluster, { explain: true });
    computed.set(cluster, result);
  }
  return result;
}

/** The ids of what an instance or member stands for: its own and those of what it is part of. */
function idsOf(resource: ResourceInstance): string[] {
  const { configured, parent } = resource;
  return [configured.id, ...(parent === undefined ? [] : idsOf(parent))];
}

/** A resource with everything inside. */
function* partsOf(resource: ResourceInstance): Generator<ResourceInstance> {
  yield resource;
  for (const child of resource.children) yield* partsOf(child);
}

/**
 * Resources that go to a node rather than to another because something that must stay away from them is not wanted at
 * the first either: a negative colocation with a positive share in a score.
 */
export function drawnByWhatStaysAway(cluster: ClusterInformation): ReadonlySet<string> {
  const { state, explanation } = ourPlacement(cluster);
  const drawn = new Set<string>();
  const raises = (resource: ResourceInstance, id: string): boolean =>
    explanation.some(
      (each) =>
        each.resource === resource.id &&
        each.nodes.some(({ contributions }) =>
          contributions.some(({ source, score }) => source === id && score > 0),
        ),
    );
  for (const { id, score, primary } of state.colocations) {
    if (score >= 0) continue;
    const parts = [...partsOf(primary.isPrimitive && primary.parent?.isGroup ? primary.parent : primary)];
    if (!parts.some((part) => raises(part, id))) continue;
    for (const part of parts) for (const name of idsOf(part)) drawn.add(name);
  }
  return drawn;
}

/**
 * Clones of which an instance has a share of one of the clone's colocations in a score: of one with the clone, or of
 * an optional one of the clone with something.
 */
export function clonesWithWishes(cluster: ClusterInformation): ReadonlySet<string> {
  const { state, explanation } = ourPlacement(cluster);
  const clones = state.resources.filter(({ isClone }) => isClone);
  const found = clones.filter((clone) => {
    const ids = new Set([
      ...clone.colocatedWithThis.map(({ id }) => id),
      ...clone.colocations.filter(({ score }) => score > 0).map(({ id }) => id),
    ]);
    const parts = new Set([...partsOf(clone)].map(({ id }) => id));
    return explanation.some(
      (each) =>
        parts.has(each.resource) &&
        each.nodes.some(({ contributions }) => contributions.some(({ source }) => ids.has(source))),
    );
  });
  return new Set(found.map(({ id }) => id));
}

/** Clones of which an instance is active on a node that cannot run anything now. */
export function clonesOnUnavailableNodes(cluster: ClusterInformation): ReadonlySet<string> {
  const { state } = ourPlacement(cluster);
  const found = state.resources.filter(
    (each) =>
      each.isClone &&
      [...partsOf(each)].some(({ runningOn }) =>
        runningOn.some(({ online, standby, unclean }) => !online || standby || unclean),
      ),
  );
  return new Set(found.map(({ id }) => id));
}

/** Clones of which an instance has less of a score for a wish of the clone: what has no node counts against all. */
export function clonesHeldBack(cluster: ClusterInformation): ReadonlySet<string> {
  const { state, explanation } = ourPlacement(cluster);
  const clones = state.resources.filter(({ isClone }) => isClone);
  const found = clones.filter((clone) => {
    const wishes = new Set(clone.colocations.filter(({ score }) => score > 0).map(({ id }) => id));
    const parts = new Set([...partsOf(clone)].map(({ id }) => id));
    return explanation.some(
      (each) =>
        parts.has(each.resource) &&
        each.nodes.some(({ contributions }) =>
          contributions.some(({ source, score }) => score < 0 && wishes.has(source)),
        ),
    );
  });
  return new Set(found.map(({ id }) => id));
}

/**
 * Bundles of which a container has a share of one of the bundle's colocations in a score, in either direction; and
 * those whose role is in a colocation, so that what they are placed with has its node before.
 */
export function bundlesWithColocations(cluster: ClusterInformation): ReadonlySet<string> {
  const { state, explanation } = ourPlacement(cluster);
  const withRole = cluster.configuration.constraints.flatMap((each) =>
    each.kind === 'colocation' && each.role !== undefined ? (each.resource ?? []) : [],
  );
  const found = state.resources.filter((bundle) => {
    if (bundle.isBundle && withRole.includes(bundle.id)) return true;
    const ids = new Set([...bundle.colocations, ...bundle.colocatedWithThis].map(({ id }) => id));
    const containers = new Set(bundle.bundle?.replicas.map(({ container }) => container?.id));
    return explanation.some(
      (each) =>
        containers.has(each.resource) &&
        each.nodes.some(({ contributions }) => contributions.some(({ source }) => ids.has(source))),
    );
  });
  return new Set(found.map(({ id }) => id));
}

/**
 * Bundles of which an active container stays where it is though another node is better for it: that one is reserved for
 * a container that has no node yet.
 */
export function bundlesThatReserve(cluster: ClusterInformation): ReadonlySet<string> {
  const { state, explanation } = ourPlacement(cluster);
  const found = state.resources.filter(({ bundle }) =>
    bundle?.replicas.some(({ container }) => {
      if (container?.assignedTo === undefined || !container.runningOn.includes(container.assignedTo))
        return false;
      const nodes = explanation.find(({ resource }) => resource === container.id)?.nodes ?? [];
      const wanted = nodes.map(({ chosen, contributions }) => ({
        chosen,
        score: sumOf(contributions.filter(({ source }) => source !== '#instances')),
      }));
      const own = wanted.find(({ chosen }) => chosen);
      return own !== undefined && wanted.some(({ score }) => score > own.score);
    }),
  );
  return new Set(found.map(({ id }) => id));
}

function sumOf(contributions: readonly { readonly score: number }[]): number {
  return contributions.reduce((total, { score }) => addScores(total, score), 0);
}

/** What is active and would be stopped and started, were it managed: it failed, is active twice or half migrated. */
export function leftAsTheyAre(cluster: ClusterInformation): ReadonlySet<string> {
  const { allResources } = ourPlacement(cluster).state;
  const left = allResources.filter(
    ({ isPrimitive, managed, failed, blocked, runningOn, partialMigrationTarget: target }) =>
      isPrimitive &&
      !managed &&
      runningOn.length > 0 &&
      (failed || blocked || runningOn.length > 1 || target !== undefined),
  );
  return new Set(left.flatMap(idsOf));
}

/** All resources that take capacity or must be with something that does and is not to influence it. */
export function competingForRoom({ configuration }: ClusterInformation): ReadonlySet<string> {
  const groups = configuration.resources.filter((each) => {
    const text = JSON.stringify(each);
    return text.includes('"utilization":[{') && /"name":"critical","value":"false"/.test(text);
  });
  if (groups.length === 0) return new Set();
  return new Set([...groups.flatMap(namesOf), ...needingRoom({ configuration })]);
}

/** All resources that take capacity. */
export function needingRoom({
  configuration,
}: Pick<ClusterInformation, 'configuration'>): ReadonlySet<string> {
  const needing = configuration.resources.filter((each) => JSON.stringify(each).includes('"utilization":[{'));
  return new Set(needing.flatMap(namesOf));
}

/** Whether something is active on several nodes. */
export function isActiveTwice(cluster: ClusterInformation): boolean {
  return ourPlacement(cluster).state.allResources.some(
    ({ isPrimitive, runningOn }) => isPrimitive && runningOn.length > 1,
  );
}

/** What would migrate to a remote or guest node whose connection is not up and cannot be made. */
export function migratingOutOfReach(cluster: ClusterInformation): ReadonlySet<string> {
  const { state, decisions } = ourPlacement(cluster);
  const blocked = new Set(decisions.flatMap((each) => (each.blocked ? [each.subject] : [])));
  const found = state.allResources.filter(
    ({ isPrimitive, allowMigrate, assignedTo }) =>
      isPrimitive && allowMigrate && assignedTo?.connection !== undefined && blocked.has(assignedTo.name),
  );
  return new Set(found.flatMap(idsOf));
}

/** Whether two nodes have the same score for a primitive or instance by our explanation. */
export function areEqual(
  cluster: ClusterInformation,
  id: string,
  one: string | undefined,
  other: string | undefined,
): boolean {
  const { nodes = [] } = ourPlacement(cluster).explanation.find(({ resource }) => resource === id) ?? {};
  const [first, second] = [one, other].map((name) => nodes.find(({ node }) => node === name)?.score);
  return first !== undefined && first === second;
}

/** How many instances of a clone, or containers of a bundle, may be on one node. */
export function mostOnNode(cluster: ClusterInformation, name: string): number {
  const collective = ourPlacement(cluster).state.resources.find(({ id }) => id === name);
  return collective?.clone?.nodeMax ?? collective?.bundle?.replicasPerHost ?? 1;
}

/** How many of some resources or instances are active on a node now. */
export function activeOn(cluster: ClusterInformation, names: RegExp, node: string): number {
  return ourPlacement(cluster).state.allResources.filter(
    ({ id, runningOn }) => names.test(id) && runningOn.some(({ name }) => name === node),
  ).length;
}

/**
 * Whether a node takes no more instances of a clone's primitive: as many are assigned to it as may be there, or places
 * on it were kept for others while an instance was tried in its own place, and one of a group is not tried again.
 */
export function isFull(
  cluster: ClusterInformation,
  { clone, id, node }: { clone: string; id: string; node: string },
): boolean {
  const { state, explanation } = ourPlacement(cluster);
  const instances = state.allResources.filter(({ configured }) => configured.id === id);
  const here = instances.filter(({ assignedTo }) => assignedTo?.name === node);
  if (here.length >= mostOnNode(cluster, clone)) return true;
  const left = instances.filter(({ assignedTo, runningOn }) => !assignedTo && runningOn.length > 0);
  return left.some((instance) => {
    const { nodes = [] } = explanation.find(({ resource }) => resource === instance.id) ?? {};
    const contributions = nodes.find((each) => each.node === node)?.contributions ?? [];
    return contributions.some(({ source }) => source === '#instances');
  });
}
