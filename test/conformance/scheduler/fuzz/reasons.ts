import type { ClusterInformation, Resource } from '@holdfast/model';
import { unpackCluster } from '@holdfast/policy-engine';
import type { LevelDifference } from '../levels.ts';
import { affectedResources, type Decision, isAbout, namesOf } from './affected-resources.ts';
import {
  apartInterleaved,
  groupsOfColocatedMembers,
  inBothWays,
  inChains,
  placedByAttribute,
} from './colocated-resources.ts';
import { withDependents } from './dependents.ts';
import { withoutEqualNodes } from './equal-nodes.ts';
import { withoutStrangersInReplicas } from './inside-replicas.ts';
import { withoutNumbers } from './interchangeable-instances.ts';
import { withoutOptionalPromotions } from './optional-promotion.ts';
import {
  competingForRoom,
  drawnByWhatStaysAway,
  isActiveTwice,
  leftAsTheyAre,
  migratingOutOfReach,
} from './our-placement.ts';
import {
  type DecisionDifference,
  withoutAtOnce,
  withoutColocatedBundles,
  withoutCrowds,
  withoutMoves,
  withoutSurplus,
  withoutWishes,
} from './shuffled-instances.ts';
import { withoutVainAnnouncements } from './vain-announcements.ts';

/**
 * Why an answer may differ from that of the installed reference (2.1.5): its age. For each of these the answers of 2026
 * in the conformance folders, which have the last word, show the newer behaviour, or the change log of a later version
 * (named there) tells of it.
 */
export interface Reason {
  readonly name: string;
  /** What of the cluster the difference comes from; without it the reason cannot hold. */
  applies(cluster: ClusterInformation): boolean;
  /** The facts that differ because of it, as `- FACT` (the reference's) or `+ FACT` (ours). */
  readonly facts?: RegExp;
  /** The resources whose facts differ because of it; together with `facts`, which of their facts. */
  readonly resources?: (cluster: ClusterInformation, decisions: readonly Decision[]) => ReadonlySet<string>;
  /** What both versions' facts have in common: the reference's and ours that are the same by it are no difference. */
  readonly common?: (fact: string) => string;
  /** What is left of a difference of any level, given that of the decisions. */
  readonly without?: (
    cluster: ClusterInformation,
    decisions: DecisionDifference,
    left: LevelDifference,
  ) => LevelDifference;
}

/** Whether an attribute of that name and value is anywhere in the configuration. */
function has(cluster: ClusterInformation, name: string, value = '[^"]*'): boolean {
  return new RegExp(`"name":"${name}","value":"${value}"`).test(JSON.stringify(cluster.configuration));
}

function hasPromotableGroup({ configuration }: ClusterInformation): boolean {
  return configuration.resources.some(isPromotableGroup);
}

function isPromotableGroup(resource: Resource): boolean {
  return (
    resource.kind === 'clone' &&
    resource.child.kind === 'group' &&
    resource.meta.some(({ pairs }) =>
      pairs.some(({ name, value }) => name === 'promotable' && value === 'true'),
    )
  );
}

export const REASONS: readonly Reason[] = [
  {
    name: 'notifications of a stop by fencing are named after the fencing (2.1.5: after the stop)',
    applies: (cluster) => has(cluster, 'notify', 'true'),
    facts: /^[-+] pseudo_event \S+_(post_notify_(stop|stonith)|confirmed-post_notify_stonith|notified)_0 /,
  },
  {
    name: 'replicas of bundles are nodes whose room is waited for (2.1.5: only nodes that have one)',
    applies: (cluster) => has(cluster, 'placement-strategy'),
    facts: /^\+ pseudo_event load_stopped_/,
  },
  {
    name: 'started members of cloned groups count as unpromoted, as other instances do (2.1.5: as started)',
    applies: hasPromotableGroup,
    // Their demotion then ends with marks of the group and the clone, which are told of.
    facts: /^\+ (pseudo_event \S+_demoted_0|rsc_op \S+_post_notify_demote_0)/,
    common: (decision) => decision.replace(/(Started|Unpromoted)(->)?/g, ''),
  },
  {
    name: 'without quorum they are left unpromoted where promoted ones are demoted (2.1.5: stopped)',
    applies: (cluster) => hasPromotableGroup(cluster) && has(cluster, 'no-quorum-policy', 'demote'),
    resources: ({ configuration }) =>
      new Set(configuration.resources.filter(isPromotableGroup).flatMap(namesOf)),
  },
  {
    // On purpose: nobody can tell which is which. 2.1.5 also takes into account where the nodes stand.
    name: 'anonymous instances are interchangeable: the same is done on each node, to other numbers',
    applies: ({ configuration }) => configuration.resources.some(({ kind }) => kind === 'clone'),
    without: withoutNumbers,
  },
  {
    // Cases g1172 and g1382.
    name: 'a stop is blocked if it cannot be itself (2.1.5: if one of the resource on any node cannot)',
    applies: isActiveTwice,
    common: (decision) => decision.replace(/^(\*Stop.*\))\(?blocked\)?$/, '$1'),
  },
  {
    // Cases promoted-8, stonith-1 and dozens of the generated ones would be answered otherwise.
    name: 'an instance on a node that is down is allowed there if its score is (2.1.5: it is among those to stop first)',
    applies: ({ configuration }) => configuration.resources.some(({ kind }) => kind === 'clone'),
    without: withoutSurplus,
  },
  {
    name: 'active instances stay, new ones take the better node (2.1.5: the active one moves there)',
    applies: ({ configuration }) =>
      configuration.resources.some(({ kind }) => kind === 'clone' || kind === 'bundle'),
    without: withoutMoves,
  },
  {
    // 2.1.5 does not take the trial back if a better node is found for a group.
    name: 'an instance that does not stay is placed after those that do (2.1.5: one of a group at once)',
    applies: ({ configuration }) => configuration.resources.some(({ kind }) => kind === 'clone'),
    without: withoutAtOnce,
  },
  {
    // 2.1.5 forgets to count one that it has tried elsewhere.
    name: 'no node has more instances than clone-node-max, or containers than replicas-per-host (2.1.5: some have)',
    applies: ({ configuration }) =>
      configuration.resources.some(({ kind }) => kind === 'clone' || kind === 'bundle'),
    without: withoutCrowds,
  },
  {
    // Scores of cases g0287, g1464 and others; that instances without node count against it: g0254, g0505, g1447.
    name: 'each instance takes what is placed with its clone into account (2.1.5: the clone as a whole does)',
    applies: ({ configuration }) => configuration.resources.some(({ kind }) => kind === 'clone'),
    without: withoutWishes,
  },
  {
    // Cases bundle-promoted-colocation-*, bundle-promoted-anticolocation-*, bundle-interleave-start; scores of others.
    name: 'colocations of a bundle count for each of its containers (2.1.5: at most for the bundle as a whole)',
    applies: ({ configuration }) => configuration.resources.some(({ kind }) => kind === 'bundle'),
    without: withoutColocatedBundles,
  },
  {
    name: 'optional colocations of the promoted role count for promotion (2.1.5: mandatory ones only)',
    applies: ({ configuration }) => configuration.constraints.some(({ kind }) => kind === 'colocation'),
    without: withoutOptionalPromotions,
  },
  {
    // New in 2.1.6, by its change log: the starts of earlier members come after the stops of later ones.
    name: 'members of a group start once later ones have stopped, so not if those cannot (2.1.5: they do)',
    applies: ({ configuration }) => configuration.resources.some(({ kind }) => kind !== 'primitive'),
    resources: ({ configuration: { resources } }, decisions) =>
      affectedResources(decisions, resources, ({ subject, reason }) => {
        const [what, cause = '', task] = reason.split(' ');
        return (
          (what === 'unrunnable' &&
            task === 'stop' &&
            resources.some((each) => precedes(each, subject, cause))) ||
          // For the same reason a later one that is to migrate stops instead.
          (what === 'unmigrateable' &&
            task === 'start' &&
            resources.some((each) => precedes(each, cause, subject)))
        );
      }),
  },
  {
    // New in 2.1.6, by its change log: a blocked group keeps back what must be with it.
    name: 'what must be with something that cannot start is not there either (2.1.5: not so with groups)',
    applies: ({ configuration }) => configuration.constraints.some(({ kind }) => kind === 'colocation'),
    resources: ({ configuration: { resources } }, decisions) =>
      affectedResources(decisions, resources, ({ reason }) => reason.startsWith('colocation with ')),
  },
  {
    // New in 2.1.6, by its change log, for single resources; the texts of 2026 say it for those of a node, too.
    name: 'what is active on a node in maintenance is itself in maintenance, so without monitors (2.1.5: unmanaged)',
    applies: (cluster) => has(cluster, 'maintenance', 'true'),
    facts: /_monitor_[1-9]/,
    resources: (cluster) => activeInMaintenance(cluster),
  },
  {
    // New in 2.1.6, by its change log: optional colocations are looked at after all mandatory ones. 2.1.5 looks at what
    // a resource follows, in the order given, before what follows it.
    name: 'mandatory colocations are applied before optional ones (2.1.5: in the order given)',
    applies: (cluster) => inBothWays(cluster).size > 0,
    resources: inBothWays,
  },
  {
    name: 'wishes count along a chain of colocations by the product of the scores (2.1.5: by the last score)',
    applies: (cluster) => inChains(cluster).size > 0,
    without: (cluster, { missing, extra }, left) => {
      const names = inChains(cluster);
      // It decides where they go; what else happens to them only follows from that.
      if (![...missing, ...extra].some((fact) => isAbout(fact, names))) return left;
      const isOther = (fact: string) => !isAbout(fact, names);
      return { missing: left.missing.filter(isOther), extra: left.extra.filter(isOther) };
    },
  },
  {
    // New in 2.1.7, by its change log: colocations that name a member of a group count.
    name: 'colocations of a member count for its group (2.1.5: for the member)',
    applies: (cluster) => groupsOfColocatedMembers(cluster).size > 0,
    resources: groupsOfColocatedMembers,
  },
  {
    // Cases g0733, g0843 and g0985 have such scores.
    name: 'what stays away and has one node only draws what it stays away from to the others (2.1.5: not)',
    applies: (cluster) => drawnByWhatStaysAway(cluster).size > 0,
    resources: (cluster) => withDependents(cluster, drawnByWhatStaysAway(cluster)),
  },
  {
    // Case promotable-colocation-with-node-attribute.
    name: 'a node attribute counts also for what is placed with a promoted role (2.1.5: the node itself does)',
    applies: (cluster) => placedByAttribute(cluster).size > 0,
    resources: (cluster) => withDependents(cluster, placedByAttribute(cluster)),
  },
  {
    // Cases g1248, g1278, g1339 and others.
    name: 'what bans an instance while it is tried in its place is forgotten (2.1.5: it stays banned)',
    applies: (cluster) => apartInterleaved(cluster).size > 0,
    resources: (cluster) => withDependents(cluster, apartInterleaved(cluster)),
  },
  {
    name: 'equally good nodes are chosen among by what runs there, so that other differences carry over',
    applies: () => true,
    without: withoutEqualNodes,
  },
  {
    // On purpose: it would find the resource stopped, and count that as a failure.
    name: 'a monitor that failed is not scheduled anew where the resource is being stopped (2.1.5: it is)',
    applies: (cluster) => has(cluster, 'failure-timeout'),
    facts: /^- rsc_op \S+_monitor_[1-9]/,
    resources: ({ configuration: { resources } }) =>
      new Set(
        resources.flatMap((each) =>
          JSON.stringify(each).includes('"failure-timeout"') ? namesOf(each) : [],
        ),
      ),
  },
  {
    // On purpose: it would not be restarted anyway, only what depends on it would.
    name: 'what is not managed is not restarted, so nothing is for it (2.1.5: what depends on it, and its marks, are)',
    applies: (cluster) => leftAsTheyAre(cluster).size > 0,
    facts: /^- (\*Restart|pseudo_event \S+_(start|stop|running|stopped)_0|rsc_op \S+_(start|stop|monitor)_)/,
    resources: (cluster) => withDependents(cluster, leftAsTheyAre(cluster)),
  },
  {
    // On purpose: the marks lead to nothing, and there is nobody who would be told.
    name: 'a start or promotion that cannot be is not announced (2.1.5: the marks of it are in the graph)',
    applies: (cluster) => has(cluster, 'notify', 'true'),
    without: withoutVainAnnouncements,
  },
  {
    // On purpose: it would be handed over to a node that is not there.
    name: 'a live migration to a guest or remote node waits for its connection (2.1.5: it goes ahead)',
    applies: (cluster) => has(cluster, 'allow-migrate', 'true') && migratingOutOfReach(cluster).size > 0,
    resources: migratingOutOfReach,
  },
  {
    // On purpose, and so documented: nothing but what belongs to a bundle can run in it.
    name: 'scores by node health do not open replicas of bundles to others (2.1.5: they do)',
    applies: (cluster) =>
      has(cluster, 'node-health-strategy') &&
      cluster.configuration.resources.some(({ kind }) => kind === 'bundle'),
    without: withoutStrangersInReplicas,
  },
  {
    // On purpose: a member that is not critical must not make its group move, not even to get room.
    name: 'what must not influence where something is claims no room there (2.1.5: it does)',
    applies: (cluster) => has(cluster, 'placement-strategy') && has(cluster, 'critical', 'false'),
    resources: (cluster) => withDependents(cluster, competingForRoom(cluster)),
  },
];

/** Whether one part comes before another in the same group. */
function precedes(resource: Resource, earlier: string, later: string): boolean {
  if (resource.kind === 'clone') return precedes(resource.child, earlier, later);
  if (resource.kind !== 'group') return false;
  const [first, second] = [earlier, later].map((name) =>
    resource.members.findIndex(({ id }) => id === name.replace(/:\d+$/, '')),
  ) as [number, number];
  return first >= 0 && first < second;
}

/** What runs on a node in maintenance. */
function activeInMaintenance(cluster: ClusterInformation): ReadonlySet<string> {
  const { nodes } = unpackCluster(cluster, {});
  const running = nodes.filter(({ maintenance }) => maintenance).flatMap((node) => node.running);
  return new Set(running.map(({ configured }) => configured.id));
}
