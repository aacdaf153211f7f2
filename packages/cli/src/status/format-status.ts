import type { FailureReport, FenceReport, NodeReport, StatusReport } from '@holdfast/client';
import { INFINITY_SCORE } from '@holdfast/model';
import { formatResources } from './format-resources.ts';
import type { Paint } from './paint.ts';

/** What decides how a status is shown. */
export interface StatusFormat {
  readonly paint: Paint;
  /** Epoch milliseconds; ages are counted from it. */
  readonly nowMs: number;
}

/** A status as lines for people, in the sections operators know from `crm_mon`. */
export function formatStatus(status: StatusReport, format: StatusFormat): string[] {
  return [
    ...formatSummary(status, format),
    '',
    format.paint.bold('Node List:'),
    ...formatNodes(status.nodes, status.leader, format.paint),
    '',
    format.paint.bold('Full List of Resources:'),
    ...(status.ageMs === null
      ? [
          `  * ${format.paint.warn('not known')}: ${status.answeredBy} has heard nothing from a leader of term ${status.term} yet`,
        ]
      : formatResources(status.resources, format.paint)),
    ...section(
      'Failed Resource Actions:',
      status.failures.map((each) => formatFailure(each, format)),
      format,
    ),
    ...section('Fencing:', formatFencing(status, format), format),
    ...section(
      'Warnings:',
      status.warnings.map((each) => `  ${format.paint.warn('!')} ${each}`),
      format,
    ),
  ];
}

function section(title: string, lines: readonly string[], { paint }: StatusFormat): string[] {
  return lines.length === 0 ? [] : ['', paint.bold(title), ...lines];
}

function formatSummary(status: StatusReport, { paint }: StatusFormat): string[] {
  const { votes, transition } = status;
  const leader = status.leader ?? paint.bad('NONE');
  const quorum = status.quorate ? 'partition with quorum' : paint.bad('partition WITHOUT quorum');
  const running = status.resources.filter((each) => each.nodes.length > 0).length;
  const disabled = status.resources.filter((each) => each.disabled).length;
  const blocked = status.resources.filter((each) => each.blocked).length;
  const special = [
    disabled > 0 ? `${disabled} DISABLED` : '',
    blocked > 0 ? `${blocked} BLOCKED` : '',
  ].filter(Boolean);
  return [
    paint.bold('Cluster Summary:'),
    `  * Cluster: ${status.cluster.name} ${paint.dim(status.cluster.uuid)}`,
    ...formatRecovery(status, paint),
    `  * Leader: ${leader} (term ${status.term}) - ${quorum} (${votes.present} of ${votes.total} votes, ${votes.needed} needed)`,
    `  * Answered by ${status.answeredBy}, ${freshness(status, paint)}`,
    `  * ${count(status.nodes.length, 'node')} configured`,
    ...(status.ageMs === null
      ? []
      : [
          `  * ${count(status.resources.length, 'resource instance')} configured, ${running} running` +
            (special.length > 0 ? ` (${special.join(', ')})` : ''),
        ]),
    ...(transition && transition.state !== 'idle'
      ? [
          `  * Transition ${transition.id}: ${transition.state}, ${transition.done} done, ${transition.pending} to do`,
        ]
      : []),
  ];
}

/** Rule 10 stays in sight: who decided it, and that something may be missing since. */
function formatRecovery({ cluster }: StatusReport, paint: Paint): string[] {
  if (!cluster.recovery) return [];
  const { epoch, survivor, operator, reason, atMs } = cluster.recovery;
  const when = new Date(atMs).toISOString();
  return [
    `  * ${paint.warn('Recovered by force')} from ${survivor} alone (epoch ${epoch}) by ${operator} at ${when}: ${reason}`,
    '    changes acknowledged before that may be lost',
  ];
}

function freshness({ ageMs }: StatusReport, paint: Paint): string {
  if (ageMs === null) return paint.bad('which has heard nothing from a leader of this term yet');
  return ageMs < 5000 ? 'current' : paint.warn(`as of ${formatAge(ageMs)} ago`);
}

/** Nodes as lines, with what is special about them. */
export function formatNodes(nodes: readonly NodeReport[], leader: string | null, paint: Paint): string[] {
  if (nodes.length === 0) return ['  * No nodes'];
  return nodes.map((node) => {
    const down = node.links.filter((link) => !link.up).map((link) => `link ${link.link} down`);
    const facts = [
      node.name === leader ? 'leader' : '',
      node.witness ? 'witness' : node.voter ? '' : 'no vote',
      node.standby ? 'standby' : '',
      node.maintenance ? 'maintenance' : '',
      ...(node.state === 'online' ? down : []),
    ].filter(Boolean);
    const about = facts.length > 0 ? ` (${facts.join(', ')})` : '';
    return `  * Node ${node.name}: ${nodeState(node, paint)}${about}`;
  });
}

function nodeState({ state }: NodeReport, paint: Paint): string {
  switch (state) {
    case 'online':
      return paint.good('online');
    case 'pending':
      return paint.warn('pending');
    case 'unclean':
      return paint.bad('UNCLEAN (offline)');
    case 'fenced':
      return paint.warn('OFFLINE (fenced)');
    case 'offline':
      return 'OFFLINE';
    case 'unknown':
      return paint.bad('UNKNOWN (not heard from here)');
  }
}

function formatFailure(failure: FailureReport, { paint, nowMs }: StatusFormat): string {
  const { resource, node, operation, rcCode, exitReason, failCount, atMs } = failure;
  const why = exitReason ? ` (${exitReason})` : '';
  const times =
    failCount >= INFINITY_SCORE
      ? ', not tried again there'
      : failCount > 1
        ? `, failed ${failCount} times`
        : '';
  return `  * ${paint.bad(resource)} ${operation} on ${node} returned ${rcCode}${why} ${formatAge(nowMs - atMs)} ago${times}`;
}

const SHOWN_FENCINGS = 5;

function formatFencing(status: StatusReport, format: StatusFormat): string[] {
  const { paint } = format;
  const { fencing } = status;
  const state = fencing.unsafe
    ? paint.bad('UNSAFE: lost nodes are taken as dead without proof')
    : fencing.configured
      ? 'configured'
      : paint.warn('NOT CONFIGURED: resources of a lost node are not recovered');
  return [
    `  * State: ${state}`,
    ...fencing.pending.map((each) => formatFence(each, format)),
    ...fencing.history.slice(-SHOWN_FENCINGS).map((each) => formatFence(each, format)),
  ];
}

function formatFence(fence: FenceReport, { paint, nowMs }: StatusFormat): string {
  const { target, action, device, state, requestedBy, reason, atMs } = fence;
  const shown =
    state === 'done' ? paint.good(state) : state === 'failed' ? paint.bad(state) : paint.warn(state);
  const by = device === null ? '' : ` by ${device}`;
  return `  * ${action} of ${target} ${shown}${by} for ${requestedBy} ${formatAge(nowMs - atMs)} ago: ${reason}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** A time span in its largest unit. */
export function formatAge(spanMs: number): string {
  const seconds = Math.max(0, Math.round(spanMs / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}
