import { formatScore } from '@holdfast/model';
import { formatDateText } from '../rules/index.ts';
import type { ClusterState } from '../state/index.ts';
import { failuresByNode, shownFailures } from './failure-details.ts';
import { type ShownAttribute, shownAttributes } from './node-attributes.ts';
import { printedId } from './primitive-line.ts';

/** The section with the attributes of the nodes, as the reference aligns it; empty if no node has any. */
export function formatNodeAttributes(state: ClusterState): string {
  const lines = shownAttributes(state).flatMap(({ node, attributes }) => [
    `    * Node: ${node.name}:`,
    ...attributes.map((each) => `      * ${attributeText(each)}`),
  ]);
  return lines.length === 0 ? '' : `\n  * Node Attributes:\n${lines.join('\n')}\n`;
}

function attributeText({ name, value, expected }: ShownAttribute): string {
  const shown = `${name.padEnd(32)}\t: ${value.padEnd(10)}`;
  const found = Number.parseInt(value, 10);
  if (expected === undefined || Number.isNaN(found)) return shown;
  if (found <= 0) return `${shown}\t: Connectivity is lost`;
  return found < expected ? `${shown}\t: Connectivity is degraded (Expected=${expected})` : shown;
}

/** The sections with fail counts and with the failed operations. */
export function formatFailures(state: ClusterState): string {
  const counts = failuresByNode(state).flatMap(({ node, resources }) => [
    `    * Node: ${node.name}:`,
    ...resources.map(({ resource, count, lastFailureSeconds }) => {
      const last = lastFailureSeconds > 0 ? ` last-failure='${formatDateText(lastFailureSeconds)}'` : '';
      return `      * ${printedId(resource)}: migration-threshold=${resource.migrationThreshold} fail-count=${formatScore(count)}${last}`;
    }),
  ]);
  const failed = failedLines(state);
  const summary = `\n  * Migration Summary:\n${counts.map((line) => `${line}\n`).join('')}`;
  return failed.length === 0 ? summary : `${summary}\n  * Failed Resource Actions:\n${failed.join('')}`;
}

function failedLines(state: ClusterState): string[] {
  return shownFailures(state).map(({ record, node, exitText, statusText }) => {
    const parts = [`call=${record.callId}`, `status='${statusText}'`];
    if (record.exitReason !== undefined && record.exitReason !== '')
      parts.push(`exitreason='${record.exitReason}'`);
    if (record.lastRcChange !== undefined) {
      parts.push(`last-rc-change='${formatDateText(record.lastRcChange)}'`);
      parts.push(`queued=${record.queueTimeMs ?? 0}ms`, `exec=${record.execTimeMs ?? 0}ms`);
    }
    const key = record.operationKey === '' ? record.id : record.operationKey;
    return `    * ${key} on ${node.name} '${exitText}' (${record.rcCode}): ${parts.join(', ')}\n`;
  });
}
