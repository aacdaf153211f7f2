import { formatScoreLine } from '../output/index.ts';
import type { PolicyResult } from '../result.ts';
import type { NodeInstance, UtilizationLine } from '../state/index.ts';

export interface PlacementOptions {
  readonly scores: boolean;
  readonly utilization: boolean;
}

/** Scores, and what resources take of the capacities of their nodes, in the order of the placement. */
export function formatPlacement(result: PolicyResult, { scores, utilization }: PlacementOptions): string {
  const lines: string[] = [];
  if (utilization)
    for (const node of result.state.nodes) lines.push(capacityText('Original', node, node.utilization));
  for (const line of result.placement) {
    if ('score' in line) {
      if (scores) lines.push(formatScoreLine(line));
    } else if (utilization) lines.push(utilizationText(line));
  }
  if (utilization)
    for (const node of result.state.nodes) lines.push(capacityText('Remaining', node, node.capacityLeft));
  return lines.map((line) => `${line}\n`).join('');
}

function capacityText(label: string, node: NodeInstance, capacity: ReadonlyMap<string, number>): string {
  return `${label}: ${node.name} capacity:${amountsText(capacity)}`;
}

function utilizationText({ resource, node, amounts: taken }: UtilizationLine): string {
  return `pcmk__finalize_assignment: ${resource} utilization on ${node}:${amountsText(taken)}`;
}

function amountsText(values: ReadonlyMap<string, number>): string {
  return [...values].map(([name, value]) => ` ${name}=${value}`).join('');
}
