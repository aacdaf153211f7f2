/** @holdfast/executor: runs resource agents and fence agents as processes of this host. See README.md. */
export { type AgentFolders, AgentLocator } from './agents/agent-locator.ts';
export { type InstalledAgentFolders, missingAgents } from './agents/missing-agents.ts';
export { createHostExecutor, type HostExecutor, type HostExecutorOptions } from './host-executor.ts';
export { LinuxWatchdog, type LinuxWatchdogOptions } from './watchdog/linux-watchdog.ts';
export { NoWatchdog } from './watchdog/no-watchdog.ts';
