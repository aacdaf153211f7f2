export type { ExecuteOptions, PlannedFailure } from './execute-action.ts';
export { type PlaybackResult, playGraph } from './playback.ts';
export {
  effectiveTime,
  formatPlayback,
  formatSimulation,
  type PolicyFunctions,
  type SimulateOptions,
  type Simulation,
  type SimulationTexts,
  simulate,
  simulateDocument,
} from './simulate.ts';
export { StatusEditor } from './status-editor.ts';
