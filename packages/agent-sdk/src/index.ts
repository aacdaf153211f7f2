/** @holdfast/agent-sdk: what an agent author imports. See README.md. */
export { AgentContext, type CommandOptions, type CommandResult } from './agent-context.ts';
export { type ActionTimes, type Agent, type AgentState, defineAgent } from './define-agent.ts';
export { defineFenceAgent, type FenceAgent, type FenceContext } from './define-fence-agent.ts';
export { type ActionOptions, type ActionResult, executeAction } from './execute-action.ts';
export { executeFenceAction, type FenceActionResult, runFenceAgent } from './execute-fence-action.ts';
export * from './exit-code.ts';
export { fenceMetadataXml, metadataXml } from './metadata-xml.ts';
export type { Parameter, ParameterOptions, Parameters, ParameterValues } from './parameter.ts';
export * as parameter from './parameter.ts';
export { findByEnvironment, findProcess, type HostProcess, listProcesses } from './process/list-processes.ts';
export { type BackgroundCommand, SupervisedProcess } from './process/supervised-process.ts';
export { runAgent } from './run-agent.ts';
export { type TestAgentOptions, type TestStep, testAgent } from './test-agent.ts';
