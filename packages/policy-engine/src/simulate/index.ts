export type { ExecutedAction, ExecuteOptions, PlannedFailure } from './execute-action.ts';
export { type InjectedEvents, type InjectionResult, injectEvents } from './inject-events.ts';
export { formatModification, type Modification } from './modification.ts';
export { type OperationSpec, parseOperationSpec } from './operation-spec.ts';
export { type PlaybackResult, playGraph } from './playback.ts';
export {
  effectiveTime,
  executionDate,
  formatSimulation,
  type PolicyFunctions,
  type SimulateOptions,
  type Simulation,
  type SimulationTexts,
  simulate,
  simulateDocument,
} from './simulate.ts';
export { simulationToJson } from './simulation-json.ts';
export { formatReport, type ReportOptions } from './simulation-report.ts';
export { formatReportXml } from './simulation-xml.ts';
export { StatusEditor } from './status-editor.ts';
