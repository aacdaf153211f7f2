import { type ClusterInformation, formatActionGraph, parseCib } from '@holdfast/model';
import {
  formatBlockedCounts,
  formatClusterStatus,
  formatDecisions,
  formatDot,
  formatScores,
} from '../output/index.ts';
import type { ComputeOptions, PolicyResult } from '../result.ts';
import { formatUtc, parseTime } from '../rules/index.ts';
import type { ClusterState } from '../state/index.ts';
import type { PlannedFailure } from './execute-action.ts';
import { type PlaybackResult, playGraph } from './playback.ts';

/** The engine's two entries. */
export interface PolicyFunctions {
  unpackCluster(input: ClusterInformation, options?: ComputeOptions): ClusterState;
  computeTransition(input: ClusterInformation, options?: ComputeOptions): PolicyResult;
}

export interface SimulateOptions {
  /** Effective time as text (`-t`). @default the input's `execution-date` */
  readonly now?: string;
  /** Epoch seconds if neither `now` nor the input gives a time. @default 0 */
  readonly fallbackSeconds?: number;
  /** Operations that fail during playback. */
  readonly failures?: readonly PlannedFailure[];
}

/** Everything one simulation found out. */
export interface Simulation {
  readonly input: ClusterInformation;
  readonly nowSeconds: number;
  /** The status before anything was decided. */
  readonly current: ClusterState;
  readonly result: PolicyResult;
  readonly playback: PlaybackResult;
  readonly revised: ClusterState;
}

/** Decides, plays the decisions back, and reads the outcome. Pure: the same input gives the same outcome. */
export function simulate(
  input: ClusterInformation,
  engine: PolicyFunctions,
  options: SimulateOptions = {},
): Simulation {
  const nowSeconds = effectiveTime(input, options);
  const current = engine.unpackCluster(input, { nowSeconds });
  const result = engine.computeTransition(input, { nowSeconds });
  const playback = playGraph(result.graph, input, { nowSeconds, failures: options.failures ?? [] });
  const revised = engine.unpackCluster(playback.information, { nowSeconds });
  return { input, nowSeconds, current, result, playback, revised };
}

/** `now`, else the input's execution date, else the fallback; epoch seconds. */
export function effectiveTime(input: ClusterInformation, options: SimulateOptions): number {
  const fallback = options.fallbackSeconds ?? 0;
  if (options.now !== undefined) return parseTime(options.now, fallback) ?? fallback;
  return executionDate(input) ?? fallback;
}

function executionDate(input: ClusterInformation): number | undefined {
  const text = input.header['execution-date'];
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** The texts of a simulation in the reference's layout. */
export interface SimulationTexts {
  readonly summary: string;
  readonly graph: string;
  readonly scores: string;
  readonly dot: string;
}

export function formatSimulation(simulation: Simulation, options: SimulateOptions = {}): SimulationTexts {
  const { input, result, current, revised, playback } = simulation;
  const date = executionDate(input);
  const original =
    date === undefined || options.now !== undefined
      ? ''
      : `Using the original execution date of: ${formatUtc(date)}\n`;
  const effective = options.now === undefined ? '' : `Setting effective cluster time: ${options.now}\n`;
  const counts = formatBlockedCounts(current);
  const summary = [
    effective,
    original,
    counts === undefined ? '' : `${counts}\n\n`,
    formatClusterStatus(current, 'Current cluster status'),
    `\n${formatDecisions(result.decisions)}`,
    `\n${formatPlayback(playback)}`,
    effective,
    original,
    `\n${formatClusterStatus(revised, 'Revised Cluster Status')}`,
  ];
  return {
    summary: summary.join(''),
    graph: formatActionGraph(result.graph),
    scores: formatScores(result.scores),
    dot: formatDot(result.graph),
  };
}

/** The section on what was executed. */
export function formatPlayback(playback: PlaybackResult): string {
  const lines = playback.lines.map((line) => `  * ${line}\n`).join('');
  const end = playback.outcome === 'complete' ? '' : `Transition failed: ${playback.outcome}\n`;
  return `Executing Cluster Transition:\n${lines}${end}`;
}

/** Reads a CIB document, simulates and prints it. @throws HoldfastError if the document cannot be read */
export function simulateDocument(
  document: string | Uint8Array,
  engine: PolicyFunctions,
  options: SimulateOptions = {},
): SimulationTexts {
  return formatSimulation(simulate(parseCib(document), engine, options), options);
}
