import { formatScore, type XmlOutput } from '@holdfast/model';
import { formatDateText, formatUtc } from '../rules/index.ts';
import type { ClusterState, NodeInstance } from '../state/index.ts';
import { isShown } from './cluster-status-text.ts';
import { compareNames } from './compare-names.ts';
import { failuresByNode, shownFailures } from './failure-details.ts';
import { shownAttributes } from './node-attributes.ts';
import { nodeHealth } from './node-list.ts';
import { printedId } from './primitive-line.ts';
import { resourceXml } from './resource-xml.ts';
import { element } from './xml-element.ts';

/** What a status in XML shows besides nodes and resources. */
export interface StatusXmlOptions {
  readonly attributes: boolean;
  readonly failCounts: boolean;
}

/** A cluster status as the reference's elements. */
export function statusXml(name: string, state: ClusterState, options: StatusXmlOptions): XmlOutput {
  const nodes = [...state.nodes].sort((a, b) => compareNames(a.name, b.name));
  const children = [
    element(
      'nodes',
      {},
      nodes.map((node) => nodeXml(node, state)),
    ),
    element(
      'resources',
      {},
      state.resources.filter(isShown).map((each) => resourceXml(each)),
    ),
  ];
  if (options.attributes) {
    const shown = shownAttributes(state);
    if (shown.length > 0) children.push(element('node_attributes', {}, shown.map(attributesXml)));
  }
  if (options.failCounts) {
    children.push(historyXml(state));
    const failures = failuresXml(state);
    if (failures.length > 0) children.push(element('failures', {}, failures));
  }
  return element(name, {}, children);
}

function nodeXml(node: NodeInstance, state: ClusterState): XmlOutput {
  return element('node', {
    name: node.name,
    id: node.id,
    online: String(node.online),
    standby: String(node.standby),
    standby_onfail: String(node.standbyOnFail),
    maintenance: String(node.maintenance),
    pending: String(node.pending),
    unclean: String(node.unclean),
    health: state.options.healthStrategy === 'none' ? 'green' : nodeHealth(node, state.options),
    // A member that does not say is older than the version that began to.
    feature_set:
      node.online && node.kind === 'cluster' ? (node.attributes.get('#feature-set') ?? '<3.15.1') : undefined,
    shutdown: String(node.shutdown),
    expected_up: String(node.expectedUp),
    is_dc: String(node.isDc),
    resources_running: node.running.length,
    type: node.kind === 'cluster' ? 'member' : 'remote',
    id_as_resource: node.isGuest ? node.connection?.launcher?.id : undefined,
  });
}

function attributesXml({ node, attributes }: ReturnType<typeof shownAttributes>[number]): XmlOutput {
  const children = attributes.map(({ name, value, expected }) =>
    element('attribute', { name, value, expected }),
  );
  return element('node', { name: node.name }, children);
}

function historyXml(state: ClusterState): XmlOutput {
  const nodes = failuresByNode(state).map(({ node, resources }) =>
    element(
      'node',
      { name: node.name },
      resources.map(({ resource, count, lastFailureSeconds }) =>
        element('resource_history', {
          id: printedId(resource),
          orphan: String(resource.removed),
          'migration-threshold': resource.migrationThreshold,
          'fail-count': formatScore(count),
          'last-failure': lastFailureSeconds > 0 ? formatDateText(lastFailureSeconds) : undefined,
        }),
      ),
    ),
  );
  return element('node_history', {}, nodes);
}

function failuresXml(state: ClusterState): XmlOutput[] {
  return shownFailures(state).map(({ record, node, exitText, statusText }) => {
    const timed = record.lastRcChange !== undefined;
    return element('failure', {
      ...(record.operationKey === '' ? { id: record.id } : { op_key: record.operationKey }),
      node: node.name,
      exitstatus: exitText,
      exitreason: record.exitReason || 'none',
      exitcode: record.rcCode,
      call: record.callId,
      status: statusText,
      ...(timed
        ? {
            'last-rc-change': formatUtc(record.lastRcChange),
            queued: record.queueTimeMs,
            exec: record.execTimeMs,
            interval: record.intervalMs,
            task: record.operation,
          }
        : {}),
    });
  });
}
