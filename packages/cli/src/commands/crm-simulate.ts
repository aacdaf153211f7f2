import { writeFileSync } from 'node:fs';
import { ControlClient } from '@holdfast/client';
import { EXIT, formatCib, HoldfastError } from '@holdfast/model';
import { Command } from '@oclif/core';
import { resolveSocket } from '../command/socket-path.ts';
import { type CrmSimulateCall, CrmUsageError, parseCrmSimulate } from '../simulate/crm-simulate-arguments.ts';
import { formatProfile, profileFolder } from '../simulate/profile-folder.ts';
import { readSimulationInput } from '../simulate/read-input.ts';
import { runSimulation, type SimulationOutcome } from '../simulate/run-simulation.ts';

/** `crm_simulate`: the simulator with the arguments and the layout of the reference's. */
export class CrmSimulate extends Command {
  static override summary =
    'The simulator under its old name: crm_simulate -x FILE -S -s -Q -D FILE -G FILE -t TIME ...';
  static override description = 'See `crm_simulate --help-all` for its options.';
  static override strict = false;
  static override usage =
    'crm-simulate -L|-p|-x FILE [-R|-S|-X] [-sUAcQ] [-t TIME] [-D|-G|-I|-O FILE] [EVENTS]';

  override async run(): Promise<void> {
    const call = parseCrmSimulate(this.argv);
    const nowSeconds = Math.floor(Date.now() / 1000);
    switch (call.kind) {
      case 'help':
        process.stdout.write(call.text);
        return;
      case 'version':
        process.stdout.write(`Holdfast ${this.config.version}\n`);
        return;
      case 'profile':
        process.stdout.write(formatProfile(profileFolder(call.path, call.repeat, nowSeconds)));
        return;
      case 'simulate':
        await this.#simulate(call, nowSeconds);
    }
  }

  async #simulate(call: Extract<CrmSimulateCall, { kind: 'simulate' }>, nowSeconds: number): Promise<void> {
    const { request, form, outputPath, inPlace, verbose } = call;
    const input = await readSimulationInput(
      request.input,
      () => new ControlClient({ socketPath: resolveSocket(undefined, process.env, process.cwd()) }),
    );
    const outcome = runSimulation(input, request, nowSeconds);
    if (inPlace && request.input.kind === 'file' && request.input.path !== '-')
      writeFileSync(request.input.path, formatCib(outcome.simulation.playback.information));
    const text = this.#textOf(form, outcome);
    if (outputPath === undefined) process.stdout.write(text);
    else writeFileSync(outputPath, text);
    if (verbose) for (const each of outcome.simulation.result.warnings) process.stderr.write(`${each}\n`);
    for (const each of outcome.errors) process.stderr.write(`${each}\n`);
    // Only a graph that cannot be played to its end is an error; events that make no sense are told of.
    if (request.simulate && outcome.simulation.playback.outcome === 'incomplete')
      process.exitCode = EXIT.error;
  }

  #textOf(form: 'text' | 'xml' | 'none', outcome: SimulationOutcome): string {
    if (form === 'none') return '';
    return form === 'text' ? outcome.text() : outcome.xml(['crm_simulate', ...this.argv].join(' '));
  }

  protected override async catch(error: Error): Promise<void> {
    if (error instanceof CrmUsageError) {
      process.exitCode = error.exitCode;
      const prefix = error.message.startsWith('Error') ? '' : 'crm_simulate: ';
      process.stderr.write(`${prefix}${error.message}\n`);
      return;
    }
    if (!(error instanceof HoldfastError)) throw error;
    process.exitCode = error.exitCode;
    process.stderr.write(`crm_simulate: ${error.message}\n`);
  }
}
