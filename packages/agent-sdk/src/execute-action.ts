import { AgentContext } from './agent-context.ts';
import type { Agent, AgentState } from './define-agent.ts';
import { AgentError, EXIT_CODE, UnimplementedError } from './exit-code.ts';
import { actionNames, metadataXml } from './metadata-xml.ts';
import { type Parameters, readParameters } from './parameter.ts';

/** How an action ended. */
export interface ActionResult {
  /** OCF exit code. */
  readonly code: number;
  /** Why it failed, for the operator. */
  readonly reason?: string;
  /** Text for standard output. */
  readonly output?: string;
}

/** What to run, and with what. */
export interface ActionOptions {
  readonly action: string | undefined;
  /** The OCF environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;
}

/**
 * Runs one action of an agent in this process. Makes every action idempotent, and trusts none: what start, stop,
 * promote and demote claim is checked by a monitor before it is reported.
 */
export async function executeAction<P extends Parameters>(
  agent: Agent<P>,
  options: ActionOptions,
): Promise<ActionResult> {
  const { action, environment, log } = options;
  if (action === 'meta-data') return { code: EXIT_CODE.ok, output: metadataXml(agent) };
  if (action === undefined || action === 'usage' || action === 'help') {
    const output = `usage: ${agent.name} ${actionNames(agent).join('|')}\n`;
    return { code: action === undefined ? EXIT_CODE.arguments : EXIT_CODE.ok, output };
  }
  try {
    const parameters = readParameters(agent.parameters, (name) => environment[`OCF_RESKEY_${name}`]);
    const context = new AgentContext<P>({ parameters, operation: action, environment, log });
    return { code: await perform(agent, action, context) };
  } catch (error) {
    if (error instanceof AgentError) return { code: error.exitCode, reason: error.message };
    log('error', error instanceof Error ? (error.stack ?? error.message) : String(error));
    return { code: EXIT_CODE.generic, reason: error instanceof Error ? error.message : String(error) };
  }
}

async function perform<P extends Parameters>(
  agent: Agent<P>,
  action: string,
  context: AgentContext<P>,
): Promise<number> {
  switch (action) {
    case 'monitor':
    case 'status':
      return exitCodeOf(await agent.monitor(context));
    case 'validate-all':
      await agent.validate?.(context);
      return EXIT_CODE.ok;
    case 'start':
      return start(agent, context);
    case 'stop':
      return stop(agent, context);
    case 'promote':
      return promote(agent, context);
    case 'demote':
      return demote(agent, context);
    default: {
      const handler = handlerOf(agent, action);
      if (handler === undefined) throw new UnimplementedError(`${agent.name} has no action ${action}`);
      await handler(context);
      return EXIT_CODE.ok;
    }
  }
}

async function start<P extends Parameters>(agent: Agent<P>, context: AgentContext<P>): Promise<number> {
  await agent.validate?.(context);
  if ((await agent.monitor(context)) !== 'stopped') return EXIT_CODE.ok;
  await agent.start(context);
  if ((await agent.monitor(context)) === 'stopped') {
    throw new AgentError('it was started, but does not run');
  }
  return EXIT_CODE.ok;
}

async function stop<P extends Parameters>(agent: Agent<P>, context: AgentContext<P>): Promise<number> {
  if ((await stateOrFailed(agent, context)) === 'stopped') return EXIT_CODE.ok;
  await agent.stop(context);
  const after = await stateOrFailed(agent, context);
  if (after !== 'stopped') throw new AgentError(`it was stopped, but is ${after}`);
  return EXIT_CODE.ok;
}

async function promote<P extends Parameters>(agent: Agent<P>, context: AgentContext<P>): Promise<number> {
  if (agent.promote === undefined) throw new UnimplementedError(`${agent.name} cannot be promoted`);
  const before = await agent.monitor(context);
  if (before === 'promoted') return EXIT_CODE.ok;
  if (before === 'stopped') return EXIT_CODE.notRunning;
  await agent.promote(context);
  if ((await agent.monitor(context)) !== 'promoted')
    throw new AgentError('it was promoted, but does not run so');
  return EXIT_CODE.ok;
}

async function demote<P extends Parameters>(agent: Agent<P>, context: AgentContext<P>): Promise<number> {
  if (agent.demote === undefined) throw new UnimplementedError(`${agent.name} cannot be demoted`);
  const before = await stateOrFailed(agent, context);
  if (before === 'running') return EXIT_CODE.ok;
  if (before === 'stopped') return EXIT_CODE.notRunning;
  await agent.demote(context);
  if ((await agent.monitor(context)) !== 'running')
    throw new AgentError('it was demoted, but does not run so');
  return EXIT_CODE.ok;
}

async function stateOrFailed<P extends Parameters>(
  agent: Agent<P>,
  context: AgentContext<P>,
): Promise<AgentState | 'failed'> {
  try {
    return await agent.monitor(context);
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    context.log('info', `it has failed: ${error.message}`);
    return 'failed';
  }
}

function handlerOf<P extends Parameters>(
  agent: Agent<P>,
  action: string,
): ((context: AgentContext<P>) => Promise<void>) | undefined {
  switch (action) {
    case 'notify':
      return agent.notify;
    case 'migrate_to':
      return agent.migrateTo;
    case 'migrate_from':
      return agent.migrateFrom;
    case 'reload':
    case 'reload-agent':
      return agent.reload;
    default:
      return undefined;
  }
}

function exitCodeOf(state: AgentState): number {
  switch (state) {
    case 'running':
      return EXIT_CODE.ok;
    case 'promoted':
      return EXIT_CODE.runningPromoted;
    case 'stopped':
      return EXIT_CODE.notRunning;
  }
}
