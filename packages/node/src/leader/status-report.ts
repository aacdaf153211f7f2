import { isMajority, majorityWeight, totalWeight, weightOf } from '@holdfast/consensus';
import type { ResourceHistory } from '@holdfast/model';
import type { NodeReport, ResourceReport, StatusReport } from '@holdfast/protocol';
import { newestRecord } from '../member/operation-history.ts';
import { OP_STATUS } from '../member/operation-result.ts';
import type { NodeContext } from '../node-context.ts';
import { type PlacedPrimitive, plainValue } from '../replicated/configuration-facts.ts';
import { heldByLost, neverJoined } from './cluster-view.ts';
import { failureReports } from './failure-reports.ts';
import { FeatureLevels } from './feature-levels.ts';
import type { Leadership } from './leadership.ts';

/** What this member can say about the cluster; as leader everything, else what the log and its own ears tell. */
export function statusReport(context: NodeContext, leadership: Leadership | undefined): StatusReport {
  const { options, replica, membership } = context;
  const { consensus, state } = replica;
  const { voters } = consensus.members.members;
  const isHere = (name: string) => name === options.name || membership.stateOf(name) === 'alive';
  return {
    cluster: {
      name: options.clusterName,
      uuid: options.clusterUuid,
      ...(state.recovery ? { recovery: state.recovery } : {}),
    },
    answeredBy: options.name,
    leader: consensus.leader ?? null,
    term: consensus.term,
    quorate: consensus.leader !== undefined && isMajority(voters, isHere),
    votes: { total: totalWeight(voters), present: weightOf(voters, isHere), needed: majorityWeight(voters) },
    appliedIndex: replica.appliedIndex,
    ageMs: leadership ? 0 : null,
    nodes: [...state.members.keys()].map((name) => nodeReport(context, name)),
    resources: leadership ? resourceReports(context, leadership) : [],
    fencing: {
      configured: leadership?.fencing.enabled ?? replica.facts.flag('fencing-enabled', true),
      unsafe: replica.facts.flag('unsafe-recovery', false),
      pending: leadership?.fencing.pendingReports() ?? [],
      history: leadership?.fencing.history ?? [],
    },
    failures: leadership ? failureReports(context, leadership) : [],
    transition: leadership
      ? {
          id: leadership.runner.id,
          state: leadership.runner.state,
          pending: leadership.runner.pendingCount,
          done: leadership.runner.doneCount,
        }
      : null,
    warnings: warnings(context, leadership),
  };
}

function nodeReport(context: NodeContext, name: string): NodeReport {
  const { replica, membership, options, nowMs } = context;
  const record = replica.state.members.get(name);
  const { voters } = replica.consensus.members.members;
  const node = replica.state.configuration.configuration.nodes.find((each) => each.name === name);
  const isSet = (attribute: string) =>
    /^(true|on|yes|1)$/i.test(plainValue(node?.attributes ?? [], attribute) ?? '');
  const links = name === options.name ? [] : (membership.peer(name)?.links ?? []);
  const states = {
    new: 'offline',
    lost: 'unclean',
    fenced: 'fenced',
    left: 'offline',
    admitted: record?.probed ? 'online' : 'pending',
  } as const;
  const state = states[record?.status ?? 'new'];
  return {
    name,
    peerId: record?.peerId ?? '',
    voter: voters.some((each) => each.name === name),
    witness: record?.witness ?? false,
    incarnation: record?.incarnation ?? 0,
    state: record?.status === 'admitted' ? (stateWithoutLeader(context, name) ?? state) : state,
    standby: isSet('standby'),
    maintenance: isSet('maintenance'),
    links: links.map(({ link, up, lastHeardMs }) => ({
      link: Number(link),
      up,
      lastHeardMs: lastHeardMs === undefined ? null : nowMs - lastHeardMs,
    })),
  };
}

/** Without a leader the log may be old: only what is heard here counts, and of oneself only what was admitted. */
export function stateWithoutLeader(context: NodeContext, name: string): 'unknown' | 'pending' | undefined {
  const { replica, membership, options, incarnation } = context;
  if (replica.consensus.leader !== undefined) return undefined;
  if (name !== options.name) return membership.stateOf(name) === 'alive' ? undefined : 'unknown';
  return replica.state.members.get(name)?.incarnation === incarnation ? undefined : 'pending';
}

interface Seen {
  readonly node: string;
  readonly role: ResourceReport['role'];
  readonly failed: boolean;
}

function resourceReports(context: NodeContext, leadership: Leadership): ResourceReport[] {
  const { replica } = context;
  const held = heldByLost(replica.state);
  const seenById = collectSeen(context, leadership);
  const reasons = leadership.runner.kept[0]?.answer.reasons ?? {};
  const reports: ResourceReport[] = [];
  for (const [id, placed] of replica.facts.primitives) {
    const written = writtenFacts(placed);
    const seen = seenById.get(id) ?? [];
    const active = seen.filter(({ role }) => role !== 'Stopped');
    const role = active.find((each) => each.role === 'Promoted')?.role ?? active[0]?.role ?? 'Stopped';
    const refusal = leadership.runner.refused.get(id);
    const blocked = held.has(id) || refusal !== undefined;
    const lostNote = held.has(id)
      ? 'a lost member may still run it and there is no proof that it does not'
      : undefined;
    reports.push({
      id,
      parents: placed.parents,
      agent: written.agent,
      role,
      nodes: active.map(({ node }) => node),
      managed: written.managed,
      disabled: written.disabled,
      failed: seen.some(({ failed }) => failed),
      blocked,
      reason: role === 'Stopped' || blocked ? (lostNote ?? refusal ?? reasons[id] ?? null) : null,
    });
  }
  return reports;
}

/** Where each primitive was seen; instances of a clone count for the primitive they are made from. */
function collectSeen({ replica }: NodeContext, { board }: Leadership): Map<string, Seen[]> {
  const seenById = new Map<string, Seen[]>();
  for (const { name, status, incarnation } of replica.state.members.values()) {
    if (status !== 'admitted') continue;
    for (const history of board.current(name, incarnation)?.histories.values() ?? []) {
      const id = replica.facts.primitives.has(history.id) ? history.id : history.id.replace(/:\d+$/, '');
      const seen = seenById.get(id) ?? [];
      seen.push({ node: name, role: roleOf(history), failed: hasFailure(history) });
      seenById.set(id, seen);
    }
  }
  return seenById;
}

/** The role that a history tells. */
export function roleOf(history: ResourceHistory): ResourceReport['role'] {
  const newest = newestRecord(history);
  if (!newest) return 'Unknown';
  if (newest.opStatus === OP_STATUS.pending) {
    if (newest.operation === 'start' || newest.operation === 'migrate_from') return 'Starting';
    return newest.operation === 'stop' ? 'Stopping' : 'Stopped';
  }
  switch (newest.operation) {
    case 'stop':
      return newest.rcCode === 0 ? 'Stopped' : 'Unknown';
    case 'promote':
      return newest.rcCode === 0 ? 'Promoted' : 'Unknown';
    case 'demote':
      return newest.rcCode === 0 ? 'Unpromoted' : 'Unknown';
    case 'monitor':
      if (newest.rcCode === 7 || newest.rcCode === 5) return 'Stopped';
      return newest.rcCode === 8 ? 'Promoted' : 'Started';
    default:
      return newest.rcCode === 0 ? 'Started' : 'Unknown';
  }
}

/** A failure counts until a later operation has dealt with it; the fail count and the list of failures remember it. */
function hasFailure({ operations }: ResourceHistory): boolean {
  const failure = operations.find(({ id }) => id.endsWith('_last_failure_0'));
  return failure !== undefined && !operations.some(({ callId }) => callId > failure.callId);
}

function warnings({ replica }: NodeContext, leadership: Leadership | undefined): string[] {
  const found: string[] = [];
  const { state, facts } = replica;
  const fencing = leadership?.fencing.enabled ?? true;
  if (!fencing) {
    found.push(
      facts.flag('unsafe-recovery', false)
        ? 'No fencing is configured and unsafe-recovery is set: after a loss a resource may run twice.'
        : 'No fencing is configured: exclusive resources are not recovered from a lost member.',
    );
  }
  for (const { name, status, outdated } of state.members.values()) {
    if (outdated)
      found.push(
        `The store of ${name} is older than what it has promised: it does not count. Wipe it and join it anew.`,
      );
    if (status === 'lost')
      found.push(`${name} is lost and not proven to be off; what it held stays blocked.`);
  }
  for (const name of neverJoined(state))
    found.push(`${name} is configured as a node but has never joined: let it join, or delete it.`);
  for (const [instance, reason] of leadership?.runner.refused ?? [])
    found.push(`${instance} is not started: ${reason}.`);
  const { voters } = replica.consensus.members.members;
  if (voters.length === 2)
    found.push('There are two voters: losing one needs proof of its end. Add a witness.');
  const laggards = FeatureLevels.laggards({ replica });
  if (leadership && laggards.length > 0)
    found.push(
      `The cluster stays at feature level ${state.featureLevel} until these are upgraded: ${laggards.join(', ')}.`,
    );
  if (state.stopAll) found.push('The whole cluster is being stopped.');
  return found;
}

interface WrittenFacts {
  readonly agent: string;
  readonly managed: boolean;
  readonly disabled: boolean;
}

const WRITTEN = new WeakMap<PlacedPrimitive, WrittenFacts>();

/** What the configuration alone says, read once: a status is told several times a second while anything happens. */
function writtenFacts(placed: PlacedPrimitive): WrittenFacts {
  let facts = WRITTEN.get(placed);
  if (facts === undefined) {
    facts = {
      agent: agentName(placed),
      managed: !isMeta(placed, 'is-managed', 'false'),
      disabled: isMeta(placed, 'target-role', 'stopped'),
    };
    WRITTEN.set(placed, facts);
  }
  return facts;
}

function agentName({ primitive }: PlacedPrimitive): string {
  if (primitive.template !== undefined && primitive.type === undefined) return `@${primitive.template}`;
  return [primitive.class, primitive.provider, primitive.type].filter(Boolean).join(':');
}

function isMeta({ primitive }: PlacedPrimitive, name: string, value: string): boolean {
  return plainValue(primitive.meta, name)?.toLowerCase() === value;
}
