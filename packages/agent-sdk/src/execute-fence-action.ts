import { readFileSync, writeSync } from 'node:fs';
import type { FenceAgent, FenceContext } from './define-fence-agent.ts';
import { AgentError } from './exit-code.ts';
import { fenceMetadataXml } from './metadata-xml.ts';
import { type Parameters, readParameters } from './parameter.ts';

/** How a fence action ended; code 2 of `status` means that the target is off. */
export interface FenceActionResult {
  readonly code: number;
  readonly output?: string;
  readonly reason?: string;
}

const FENCE_OFF = 2;

/** Runs one action told by the lines of the standard input protocol: `name=value`, `#` starts a comment. */
export async function executeFenceAction<P extends Parameters>(
  agent: FenceAgent<P>,
  input: string,
): Promise<FenceActionResult> {
  const options = parseFenceInput(input);
  const action = options.get('action') ?? options.get('option') ?? 'reboot';
  if (action === 'metadata') return { code: 0, output: fenceMetadataXml(agent) };
  try {
    const parameters = readParameters(agent.parameters, (name) => options.get(name));
    const context: FenceContext<P> = { parameters, log: (message) => writeSync(2, `${message}\n`) };
    const target = options.get('plug') ?? options.get('port') ?? options.get('nodename');
    return await perform(agent, { action, target, context });
  } catch (error) {
    const reason = error instanceof AgentError ? error.message : String(error);
    return { code: 1, reason };
  }
}

/** The main function of a fence agent: reads standard input, acts, exits with the code of the protocol. */
export async function runFenceAgent<P extends Parameters>(agent: FenceAgent<P>): Promise<never> {
  const byArgument = /^(-o|--action=)(.*)$/.exec(process.argv[2] ?? '');
  const asked = byArgument === null ? undefined : byArgument[2] || process.argv[3];
  const input = asked === 'metadata' ? 'action=metadata' : readFileSync(0, 'utf8');
  const result = await executeFenceAction(agent, input);
  if (result.output !== undefined) writeSync(1, result.output);
  if (result.reason !== undefined) writeSync(2, `Failed: ${result.reason}\n`);
  process.exit(result.code);
}

/** Options by name, as told; the last of one name counts. */
function parseFenceInput(input: string): Map<string, string> {
  const options = new Map<string, string>();
  for (const line of input.split('\n')) {
    const text = line.trim();
    const equals = text.indexOf('=');
    if (equals <= 0 || text.startsWith('#')) continue;
    options.set(text.slice(0, equals).trim(), text.slice(equals + 1).trim());
  }
  return options;
}

interface Step<P extends Parameters> {
  readonly action: string;
  readonly target: string | undefined;
  readonly context: FenceContext<P>;
}

async function perform<P extends Parameters>(
  agent: FenceAgent<P>,
  step: Step<P>,
): Promise<FenceActionResult> {
  const { action, context } = step;
  switch (action) {
    case 'monitor':
    case 'validate-all':
      await agent.monitor(context);
      return { code: 0 };
    case 'list': {
      if (agent.list === undefined) throw new AgentError('this agent cannot list its targets');
      return { code: 0, output: (await agent.list(context)).map((name) => `${name},\n`).join('') };
    }
    case 'status':
      return { code: (await agent.status(context, targetOf(step))) === 'off' ? FENCE_OFF : 0 };
    case 'off':
      await agent.off(context, targetOf(step));
      return { code: 0 };
    case 'on':
      if (agent.on === undefined) throw new AgentError('this agent cannot switch on');
      await agent.on(context, targetOf(step));
      return { code: 0 };
    case 'reboot':
      if (agent.on === undefined) throw new AgentError('this agent cannot reboot');
      await agent.off(context, targetOf(step));
      // Off is what makes the target safe; that it comes back is welcome, but not needed for success.
      await agent
        .on(context, targetOf(step))
        .catch((error: Error) => context.log(`not switched on: ${error.message}`));
      return { code: 0 };
    default:
      throw new AgentError(`unknown action ${action}`);
  }
}

function targetOf<P extends Parameters>(step: Step<P>): string {
  if (step.target === undefined || step.target === '') throw new AgentError('no target was named (plug)');
  return step.target;
}
