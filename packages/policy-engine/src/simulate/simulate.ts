import { type ClusterInformation, formatActionGraph, parseCib } from '@holdfast/model';
import { formatDot, formatScores } from '../output/index.ts';
import type { ComputeOptions, PolicyResult } from '../result.ts';
import { parseTime } from '../rules/index.ts';
import type { ClusterState } from '../state/index.ts';
import type { PlannedFailure } from './execute-action.ts';
import { type PlaybackResult, playGraph } from './playback.ts';
import { formatReport } from './simulation-report.ts';

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

/** The time at which the input was recorded, epoch seconds. */
export function executionDate(input: ClusterInformation): number | undefined {
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
  const { result } = simulation;
  const report = { run: true, simulate: true, quiet: false, scores: false, modifications: [] };
  return {
    summary: formatReport(simulation, options, report),
    graph: formatActionGraph(result.graph),
    scores: `\n${formatScores(result.scores)}`,
    dot: formatDot(result.graph),
  };
}

/** Reads a CIB document, simulates and prints it. @throws HoldfastError if the document cannot be read */
export function simulateDocument(
  document: string | Uint8Array,
  engine: PolicyFunctions,
  options: SimulateOptions = {},
): SimulationTexts {
  return formatSimulation(simulate(parseCib(document), engine, options), options);
}
