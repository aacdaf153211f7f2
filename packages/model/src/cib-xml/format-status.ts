import type { ClusterStatus, NodeState, ResourceHistory } from '../status/cluster-status.ts';
import type { OperationRecord } from '../status/operation-record.ts';
import { formatBlocks } from './format-rules.ts';
import { type XmlOutput, xml } from './format-xml.ts';

export function formatStatus(status: ClusterStatus): XmlOutput {
  const tickets = status.tickets.map(({ id, granted, standby, lastGranted, extra }) =>
    xml('ticket_state', { id, granted, standby, 'last-granted': lastGranted, ...extra }),
  );
  return xml('status', {}, [
    ...status.nodes.map(formatNodeState),
    ...(tickets.length > 0 ? [xml('tickets', {}, tickets)] : []),
  ]);
}

function formatNodeState(node: NodeState): XmlOutput {
  const id = node.id === '' ? undefined : node.id;
  const attributes = {
    id,
    uname: node.name === '' ? undefined : node.name,
    in_ccm: node.inCcm,
    crmd: node.crmd,
    join: node.join,
    expected: node.expected,
    remote_node: node.remoteNode === undefined ? undefined : String(node.remoteNode),
    node_fenced: node.nodeFenced,
    ...node.extra,
  };
  const transient = [
    ...formatBlocks('instance_attributes', node.transientAttributes),
    ...formatBlocks('utilization', node.transientUtilization ?? []),
  ];
  const history = xml('lrm', { id }, [xml('lrm_resources', {}, node.resources.map(formatHistory))]);
  return xml('node_state', attributes, [
    ...(transient.length > 0 ? [xml('transient_attributes', { id }, transient)] : []),
    ...(node.hasHistory || node.resources.length > 0 ? [history] : []),
  ]);
}

function formatHistory(resource: ResourceHistory): XmlOutput {
  const { id, type, class: standard, provider, container, extra, operations } = resource;
  return xml(
    'lrm_resource',
    { id, type, class: standard, provider, container, ...extra },
    operations.map(formatOperation),
  );
}

function formatOperation(record: OperationRecord): XmlOutput {
  return xml('lrm_rsc_op', {
    id: record.id === '' ? undefined : record.id,
    operation_key: record.operationKey,
    operation: record.operation,
    'transition-key': record.transitionKey,
    'transition-magic': record.transitionMagic,
    'exit-reason': record.exitReason,
    on_node: record.onNode,
    'call-id': record.callId,
    'rc-code': record.rcCode,
    'op-status': record.opStatus,
    interval: record.intervalMs,
    'last-rc-change': record.lastRcChange,
    'last-run': record.lastRun,
    'exec-time': record.execTimeMs,
    'queue-time': record.queueTimeMs,
    migrate_source: record.migrateSource,
    migrate_target: record.migrateTarget,
    'op-digest': record.opDigest,
    'op-force-restart': record.opForceRestart,
    'op-restart-digest': record.opRestartDigest,
    'op-secure-params': record.opSecureParams,
    'op-secure-digest': record.opSecureDigest,
    ...record.extra,
  });
}
