import {
  formatBlockedCounts,
  formatClusterStatus,
  formatDecisions,
  formatRestrictions,
  formatScores,
} from '../output/index.ts';
import { formatUtc } from '../rules/index.ts';
import { executionDate, type SimulateOptions, type Simulation } from './simulate.ts';

export interface ReportOptions {
  /** Show what is decided (`-R`). */
  readonly run: boolean;
  /** Also show the playback and the revised status (`-S`). */
  readonly simulate: boolean;
  readonly quiet: boolean;
  readonly scores: boolean;
  /** Lines of injected events. */
  readonly modifications: readonly string[];
}

/** The reference's text for one call of its simulator. */
export function formatReport(
  simulation: Simulation,
  options: SimulateOptions,
  report: ReportOptions,
): string {
  const { current, result, playback, revised } = simulation;
  const time = report.quiet ? '' : timeLines(simulation, options);
  const parts = [report.quiet ? '' : schemaLine(simulation), time];
  if (!report.quiet) {
    parts.push(formatRestrictions(current));
    const counts = formatBlockedCounts(current);
    if (counts !== undefined) parts.push(`${counts}\n\n`);
    parts.push(formatClusterStatus(current, 'Current cluster status'));
    if (report.modifications.length > 0) {
      const lines = report.modifications.map((line) => `  * ${line}\n`).join('');
      parts.push(`\nPerforming Requested Modifications:\n${lines}${time}`);
    }
  }
  if (!report.run && !report.simulate) return parts.join('');
  if (report.scores)
    parts.push(
      report.quiet ? '\n' : '\nAssignment Scores:\n',
      indent(formatScores(result.scores), report.quiet),
    );
  if (report.quiet) return parts.join('');
  parts.push(`\n${formatDecisions(result.decisions)}`);
  if (!report.simulate) return parts.join('');
  const lines = playback.lines.map((line) => `  * ${line}\n`).join('');
  parts.push(`\nExecuting Cluster Transition:\n${lines}`);
  if (playback.outcome !== 'complete') parts.push(`Transition failed: ${playback.outcome}\n`);
  parts.push(time, `\n${formatClusterStatus(revised, 'Revised Cluster Status', false)}`);
  return parts.join('');
}

function indent(text: string, quiet: boolean): string {
  return quiet ? text : text.replace(/^(?=.)/gm, '  * ');
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
