import {
  formatBlockedCounts,
  formatClusterStatus,
  formatDecisions,
  formatFailures,
  formatNodeAttributes,
  formatRestrictions,
} from '../output/index.ts';
import { formatUtc } from '../rules/index.ts';
import type { ClusterState } from '../state/index.ts';
import { type ExecutedAction, formatExecuted } from './execute-action.ts';
import { formatModification, type Modification } from './modification.ts';
import { formatPlacement } from './placement-text.ts';
import { withoutLayout } from './plain-text.ts';
import { executionDate, type SimulateOptions, type Simulation } from './simulate.ts';

export interface ReportOptions {
  /** Show what is decided (`-R`). */
  readonly run: boolean;
  /** Also show the playback and the revised status (`-S`). */
  readonly simulate: boolean;
  readonly quiet: boolean;
  readonly scores: boolean;
  /** Capacities, and what resources take of them (`-U`). @default false */
  readonly utilization?: boolean;
  /** Attributes of the nodes (`-A`). @default false */
  readonly attributes?: boolean;
  /** Fail counts and failed operations (`-c`). @default false */
  readonly failCounts?: boolean;
  /**
   * Headings, bullets and indent. @default true, but not with scores or utilization: so does the reference, whose
   * scores are read by programs
   */
  readonly fancy?: boolean;
  /** Injected events. */
  readonly modifications: readonly Modification[];
}

/** What is said of a graph that cannot be played to its end. */
export const INVALID_TRANSITION = [
  'Transition failed: terminated',
  'An invalid transition was produced',
] as const;

/** The reference's text for one call of its simulator. */
export function formatReport(
  simulation: Simulation,
  options: SimulateOptions,
  report: ReportOptions,
): string {
  const placement = report.scores || report.utilization === true;
  if (report.quiet) return placement ? `${placementText(simulation, report)}\n` : '';
  const time = timeLines(simulation, options);
  const parts = [...statusParts(simulation, report, time)];
  if (placement) {
    const title = report.utilization
      ? report.scores
        ? 'Assignment Scores and Utilization Information'
        : 'Utilization Information'
      : 'Assignment Scores';
    parts.push(`\n${title}:\n`, placementText(simulation, report).replace(/^(?=.)/gm, '  * '));
  }
  if (report.run || report.simulate) parts.push(...transitionParts(simulation, report, time));
  const text = parts.join('');
  return (report.fancy ?? !placement) ? text : withoutLayout(text);
}

/** The cluster as it was, and what was changed about it. */
function statusParts(simulation: Simulation, report: ReportOptions, time: string): string[] {
  const { current } = simulation;
  const parts = [schemaLine(simulation), time, formatRestrictions(current)];
  const counts = formatBlockedCounts(current);
  if (counts !== undefined) parts.push(`${counts}\n\n`);
  parts.push(statusText(current, 'Current cluster status', report, true));
  if (report.modifications.length > 0) {
    const lines = report.modifications.map((change) => `  * ${formatModification(change)}\n`).join('');
    parts.push(`\nPerforming Requested Modifications:\n${lines}${time}`);
  }
  return parts;
}

function transitionParts(simulation: Simulation, report: ReportOptions, time: string): string[] {
  const { result, playback, revised } = simulation;
  const parts = [`\n${formatDecisions(result.decisions)}`];
  if (!report.simulate) return parts;
  parts.push(`\nExecuting Cluster Transition:\n${playback.executed.map(executedText).join('')}`);
  if (playback.outcome === 'incomplete') parts.push(...INVALID_TRANSITION.map((line) => `${line}\n`));
  parts.push(time, `\n${statusText(revised, 'Revised Cluster Status', report, false)}`);
  return parts;
}

/** A line, and what was pretended about it. */
function executedText(action: ExecutedAction): string {
  const line = `  * ${formatExecuted(action)}\n`;
  const { pretended } = action;
  if (pretended === undefined) return line;
  const injected = pretended.modifications.map((change) => `  * ${formatModification(change)}\n`);
  return `${line}Pretending action ${pretended.actionId} failed with rc=${pretended.rcCode}\n${injected.join('')}`;
}

function statusText(state: ClusterState, title: string, report: ReportOptions, pending: boolean): string {
  return [
    formatClusterStatus(state, title, pending),
    report.attributes ? formatNodeAttributes(state) : '',
    report.failCounts ? formatFailures(state) : '',
  ].join('');
}

function placementText({ result }: Simulation, report: ReportOptions): string {
  return formatPlacement(result, { scores: report.scores, utilization: report.utilization ?? false });
}

function timeLines({ input }: Simulation, options: SimulateOptions): string {
  if (options.now !== undefined) return `Setting effective cluster time: ${options.now}\n`;
  const date = executionDate(input);
  return date === undefined ? '' : `Using the original execution date of: ${formatUtc(date)}\n`;
}

function schemaLine({ input }: Simulation): string {
  if (input.header['validate-with'] !== 'none') return '';
  return (
    'Schema validation of configuration is disabled ' +
    '(support for validate-with set to "none" is deprecated and will be removed in a future release)\n'
  );
}
