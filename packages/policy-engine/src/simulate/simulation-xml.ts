import { formatScore, formatXml, type XmlOutput } from '@holdfast/model';
import { element, statusXml } from '../output/index.ts';
import type { Decision, PolicyResult } from '../result.ts';
import type { NodeInstance } from '../state/index.ts';
import type { ExecutedAction } from './execute-action.ts';
import type { Modification } from './modification.ts';
import type { Simulation } from './simulate.ts';
import { INVALID_TRANSITION, type ReportOptions } from './simulation-report.ts';

/** The version of the reference's output schema that this follows. */
const API_VERSION = '2.25';

/** The same report as elements, in the reference's schema. `request` is the command line it answers. */
export function formatReportXml(simulation: Simulation, report: ReportOptions, request: string): string {
  const { current, revised, result, playback } = simulation;
  const shown = { attributes: report.attributes ?? false, failCounts: report.failCounts ?? false };
  const children = [statusXml('cluster_status', current, shown)];
  if (report.modifications.length > 0) children.push(modificationsXml(report.modifications));
  if (report.scores || report.utilization) children.push(placementXml(result, report));
  if (report.run || report.simulate) children.push(element('actions', {}, result.decisions.map(decisionXml)));
  if (report.simulate) {
    children.push(element('transition', {}, playback.executed.flatMap(executedXml)));
    children.push(statusXml('revised_cluster_status', revised, shown));
  }
  const failed = report.simulate && playback.outcome === 'incomplete';
  children.push(failed ? errorXml() : element('status', { code: 0, message: 'OK' }));
  return `${formatXml(element('pacemaker-result', { 'api-version': API_VERSION, request }, children))}`;
}

function errorXml(): XmlOutput {
  const errors = INVALID_TRANSITION.map((text): XmlOutput => ({ ...element('error'), text }));
  return element('status', { code: 1, message: 'Error occurred' }, [element('errors', {}, errors)]);
}

function modificationsXml(modifications: readonly Modification[]): XmlOutput {
  const values = modifications.flatMap((each) =>
    each.kind === 'quorum' || each.kind === 'watchdog' ? [[each.kind, each.value] as const] : [],
  );
  return element('modifications', Object.fromEntries(values), modifications.flatMap(modificationXml));
}

function modificationXml(change: Modification): XmlOutput[] {
  switch (change.kind) {
    case 'node':
      return [element('modify_node', { action: change.action, node: change.node })];
    case 'ticket':
      return [element('modify_ticket', { action: change.action, ticket: change.ticket })];
    case 'operation':
      return [element('inject_spec', { spec: change.spec })];
    case 'attribute': {
      const { name, value, nodeId } = change;
      return [element('inject_attr', { name, value, node_path: '/node_state', cib_node: nodeId })];
    }
    case 'quorum':
    case 'watchdog':
      return [];
  }
}

function placementXml(result: PolicyResult, report: ReportOptions): XmlOutput {
  const utilization = report.utilization ?? false;
  const { nodes } = result.state;
  const lines = result.placement.flatMap((line): XmlOutput[] => {
    if ('score' in line) {
      if (!report.scores) return [];
      const score = formatScore(line.score);
      if (line.phase === 'promotion')
        return [element('promotion_score', { id: line.resource, score, node: line.node })];
      return [element('node_weight', { function: line.phase, node: line.node, score, id: line.resource })];
    }
    if (!utilization) return [];
    const { resource, node, amounts } = line;
    const attributes = { resource, node, function: 'pcmk__finalize_assignment' };
    return [element('utilization', attributes, amountsXml(amounts))];
  });
  const before = utilization ? nodes.map((node) => capacityXml('Original', node, node.utilization)) : [];
  const after = utilization ? nodes.map((node) => capacityXml('Remaining', node, node.capacityLeft)) : [];
  return element('allocations_utilizations', {}, [...before, ...lines, ...after]);
}

function capacityXml(comment: string, node: NodeInstance, capacity: ReadonlyMap<string, number>): XmlOutput {
  return element('capacity', { node: node.name, comment }, amountsXml(capacity));
}

function amountsXml(amounts: ReadonlyMap<string, number>): XmlOutput[] {
  return [...amounts].map(([name, value]): XmlOutput => ({ ...element(name), text: String(value) }));
}

function decisionXml(decision: Decision): XmlOutput {
  const { verb, subject, fromRole, toRole, fromNode, toNode, reason } = decision;
  if (verb.startsWith('Fence')) return element('node_action', { task: verb, node: subject, reason });
  const moved = fromNode !== undefined && toNode !== undefined && fromNode !== toNode;
  const roles = fromRole === toRole ? { role: fromRole } : { role: fromRole, 'next-role': toRole };
  const single = verb === 'Start' || verb === 'Stop' || toNode === undefined;
  const places = single
    ? { node: toNode ?? fromNode }
    : moved
      ? { source: fromNode, dest: toNode }
      : fromNode === undefined
        ? { dest: toNode }
        : { source: fromNode };
  return element('rsc_action', {
    action: verb.toLowerCase(),
    resource: subject,
    ...(single ? { role: verb === 'Start' ? undefined : fromRole } : roles),
    ...places,
    reason,
    blocked: decision.blocked ? 'true' : undefined,
  });
}

function executedXml(action: ExecutedAction): XmlOutput[] {
  const { kind, task, node, resource, intervalMs = 0, pretended } = action;
  switch (kind) {
    case 'pseudo':
      return [element('pseudo_action', { task, node })];
    case 'fencing':
      return [element('fencing_action', { target: node, op: task })];
    case 'cluster':
      return [element('cluster_action', { task, node, id: resource })];
    case 'resource': {
      const interval = intervalMs > 0 ? intervalMs : undefined;
      const done = element('rsc_action', { resource, op: task, node, interval });
      return [done, ...(pretended?.modifications ?? []).flatMap(modificationXml)];
    }
  }
}
