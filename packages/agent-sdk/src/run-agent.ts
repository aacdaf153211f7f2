import { writeSync } from 'node:fs';
import type { Agent } from './define-agent.ts';
import { executeAction } from './execute-action.ts';
import { EXIT_CODE } from './exit-code.ts';
import type { Parameters } from './parameter.ts';

/**
 * The main function of an agent: the action is the first argument, everything else is in the environment (OCF
 * resource agent API 1.1). Sets the exit code, prints the exit reason, and ends the process.
 */
export async function runAgent<P extends Parameters>(agent: Agent<P>): Promise<never> {
  const result = await executeAction(agent, {
    action: process.argv[2],
    environment: process.env,
    log: (level, message) => writeSync(2, `${level}: ${message}\n`),
  });
  if (result.output !== undefined) writeAll(result.output);
  if (result.reason !== undefined && result.code !== EXIT_CODE.ok) {
    const prefix = process.env.OCF_EXIT_REASON_PREFIX ?? 'ocf-exit-reason:';
    writeSync(2, `${prefix}${result.reason.replaceAll('\n', ' ')}\n`);
  }
  // What was started may keep handles open in this process; it must not keep the process.
  process.exit(result.code);
}

/** Writes without the event loop: exit() would lose what is still buffered. */
function writeAll(text: string): void {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(1, bytes, done);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}
