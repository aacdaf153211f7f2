import { parseAgentMetadata } from '@holdfast/model';
import type { Agent } from './define-agent.ts';
import { type ActionResult, executeAction } from './execute-action.ts';
import { EXIT_CODE } from './exit-code.ts';
import { metadataXml } from './metadata-xml.ts';
import type { Parameters } from './parameter.ts';

/** One step of the harness. */
export interface TestStep {
  /** What the step shows, for instance `start when running`. */
  readonly name: string;
  readonly passed: boolean;
  readonly code: number;
  readonly allowed: readonly number[];
  readonly reason?: string;
}

/** What the harness needs to know. */
export interface TestAgentOptions {
  /** Parameters as the configuration would give them. */
  readonly parameters: Readonly<Record<string, string>>;
  /** @default test */
  readonly instance?: string;
  /** HA_RSCTMP. */
  readonly runFolder: string;
  /** Added to this process's own environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Called once while the resource runs, to look at the real thing. */
  readonly whileRunning?: () => void | Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 20_000;

/**
 * Takes an agent through its life in this process, in the order of ocf-tester, and says of each step whether it gave
 * an allowed exit code: meta-data, validation, clean state, start, monitors, start again, promotion where there is
 * any, stop, stop again. Leaves the resource stopped. Acts on the real host.
 */
export async function testAgent<P extends Parameters>(
  agent: Agent<P>,
  options: TestAgentOptions,
): Promise<readonly TestStep[]> {
  const steps: TestStep[] = [];
  const check = (name: string, result: ActionResult, allowed: readonly number[]) => {
    const passed = allowed.includes(result.code);
    const reason = result.reason === undefined ? {} : { reason: result.reason };
    steps.push({ name, passed, code: result.code, allowed, ...reason });
  };
  const run = (action: string, intervalMs = 0) => execute(agent, options, action, intervalMs);
  const { ok, notRunning, unimplemented, runningPromoted } = EXIT_CODE;

  const parsed = parseAgentMetadata(metadataXml(agent));
  check('meta-data is valid', { code: parsed.ok ? ok : EXIT_CODE.generic }, [ok]);
  check('an unknown action is refused', await run('no-such-action'), [unimplemented]);
  check('validate-all', await run('validate-all'), [ok]);
  check('stop from any state', await run('stop'), [ok]);
  check('monitor when stopped', await run('monitor', DEFAULT_TIMEOUT_MS), [notRunning]);
  check('probe when stopped', await run('monitor'), [notRunning]);
  check('start', await run('start'), [ok]);
  check('monitor when running', await run('monitor', DEFAULT_TIMEOUT_MS), [ok]);
  check('probe when running', await run('monitor'), [ok]);
  await options.whileRunning?.();
  check('start when running', await run('start'), [ok]);
  check('monitor after the second start', await run('monitor'), [ok]);
  check('notify', await run('notify'), [ok, unimplemented]);
  if (agent.promote !== undefined) {
    check('promote', await run('promote'), [ok]);
    check('promote when promoted', await run('promote'), [ok]);
    check('monitor when promoted', await run('monitor'), [runningPromoted]);
    check('demote', await run('demote'), [ok]);
    check('demote when unpromoted', await run('demote'), [ok]);
  } else {
    check('promote', await run('promote'), [unimplemented]);
  }
  check('stop', await run('stop'), [ok]);
  check('monitor after the stop', await run('monitor'), [notRunning]);
  check('start after the stop', await run('start'), [ok]);
  check('stop after the second start', await run('stop'), [ok]);
  check('stop when stopped', await run('stop'), [ok]);
  check('monitor at the end', await run('monitor'), [notRunning]);
  return steps;
}

async function execute<P extends Parameters>(
  agent: Agent<P>,
  options: TestAgentOptions,
  action: string,
  intervalMs: number,
): Promise<ActionResult> {
  const timeoutMs = agent.times?.[action]?.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const environment: Record<string, string | undefined> = {
    ...process.env,
    HA_RSCTMP: options.runFolder,
    OCF_RESOURCE_INSTANCE: options.instance ?? 'test',
    OCF_RESOURCE_TYPE: agent.name,
    OCF_RESKEY_CRM_meta_name: action,
    OCF_RESKEY_CRM_meta_interval: String(intervalMs),
    OCF_RESKEY_CRM_meta_timeout: String(timeoutMs),
    ...options.environment,
  };
  for (const [name, value] of Object.entries(options.parameters)) environment[`OCF_RESKEY_${name}`] = value;
  return executeAction(agent, { action, environment, log: () => {} });
}
