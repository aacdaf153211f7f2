import { writeFileSync } from 'node:fs';
import { type ClusterInformation, formatActionGraph, formatCib, HoldfastError } from '@holdfast/model';
import {
  computeTransition,
  formatAllActionsDot,
  formatDot,
  formatReport,
  formatReportXml,
  formatSvg,
  injectEvents,
  type PlannedFailure,
  parseOperationSpec,
  type ReportOptions,
  type SimulateOptions,
  type Simulation,
  simulate,
  unpackCluster,
} from '@holdfast/policy-engine';
import type { SimulationRequest } from './simulation-request.ts';

export interface SimulationOutcome {
  readonly simulation: Simulation;
  /** The report in the reference's layout. */
  readonly text: () => string;
  /** The same as XML; the command line is part of it. */
  readonly xml: (commandLine: string) => string;
  /** Events that could not be injected. */
  readonly errors: readonly string[];
}

/** Injects events, simulates, writes the files asked for, and makes the report. `nowSeconds` is the wall clock. */
export function runSimulation(
  input: ClusterInformation,
  request: SimulationRequest,
  nowSeconds: number,
): SimulationOutcome {
  const options: SimulateOptions = {
    ...(request.now === undefined ? {} : { now: request.now }),
    fallbackSeconds: nowSeconds,
    failures: request.failures.map(readFailure),
  };
  const engine = { computeTransition, unpackCluster };
  const before = simulate(input, engine, options);
  const injected = injectEvents(input, request.events, before.nowSeconds);
  const { modifications } = injected;
  const changed = modifications.length > 0;
  const after = changed ? simulate(injected.information, engine, options) : before;
  // The report begins with the cluster as it was before the events.
  const simulation = changed ? { ...after, current: before.current } : before;
  save(simulation, request);
  const { run, simulate: play, quiet, scores, utilization, attributes, failCounts, fancy } = request;
  const report: ReportOptions = {
    run,
    simulate: play,
    quiet,
    scores,
    modifications,
    ...(utilization === undefined ? {} : { utilization }),
    ...(attributes === undefined ? {} : { attributes }),
    ...(failCounts === undefined ? {} : { failCounts }),
    ...(fancy === undefined ? {} : { fancy }),
  };
  return {
    simulation,
    errors: injected.errors,
    text: () => formatReport(simulation, options, report),
    xml: (commandLine) => formatReportXml(simulation, report, commandLine),
  };
}

function readFailure(text: string): PlannedFailure {
  const spec = parseOperationSpec(text);
  if (!spec)
    throw new HoldfastError('USAGE', { problem: `"${text}" is no operation (RSC_TASK_INTERVALMS@NODE=RC)` });
  return spec;
}

function save(simulation: Simulation, { save: files, allActions }: SimulationRequest): void {
  const { graph } = simulation.result;
  write(files.dot, () =>
    allActions ? formatAllActionsDot(graph, simulation.result.state) : formatDot(graph),
  );
  write(files.svg, () => formatSvg(graph));
  write(files.graph, () => formatActionGraph(graph));
  write(files.input, () => formatCib(simulation.input));
  write(files.output, () => formatCib(simulation.playback.information));
}

function write(path: string | undefined, text: () => string): void {
  if (path === undefined) return;
  try {
    writeFileSync(path, text());
  } catch (error) {
    if (error instanceof HoldfastError) throw error;
    throw new HoldfastError('FILE_UNWRITABLE', {
      path,
      problem: String((error as NodeJS.ErrnoException).code),
    });
  }
}
