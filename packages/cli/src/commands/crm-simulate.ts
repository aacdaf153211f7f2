import { ControlClient } from '@holdfast/client';
import { EXIT, HoldfastError } from '@holdfast/model';
import { Command } from '@oclif/core';
import { resolveSocket } from '../command/socket-path.ts';
import { parseCrmSimulate } from '../simulate/crm-simulate-arguments.ts';
import { readSimulationInput } from '../simulate/read-input.ts';
import { runSimulation } from '../simulate/run-simulation.ts';

/** `crm_simulate`: the simulator with the arguments and the layout of the reference's. */
export class CrmSimulate extends Command {
  static override summary =
    'The simulator under its old name: crm_simulate -x FILE -S -s -Q -D FILE -G FILE -t TIME ...';
  static override strict = false;
  static override usage =
    'crm-simulate -L|-p|-x FILE|-X XML [-R|-S] [-sQ] [-t TIME] [-D|-G|-I|-O FILE] [EVENTS]';

  override async run(): Promise<void> {
    const request = parseCrmSimulate(this.argv);
    const input = await readSimulationInput(
      request.input,
      () => new ControlClient({ socketPath: resolveSocket(undefined, process.env, process.cwd()) }),
    );
    const { text, errors } = runSimulation(input, request, Math.floor(Date.now() / 1000));
    process.stdout.write(text);
    for (const each of errors) process.stderr.write(`${each}\n`);
    if (errors.length > 0) process.exitCode = EXIT.data;
  }

  protected override async catch(error: Error): Promise<void> {
    if (!(error instanceof HoldfastError)) throw error;
    process.exitCode = error.exitCode;
    process.stderr.write(`crm_simulate: ${error.message}\n`);
  }
}
