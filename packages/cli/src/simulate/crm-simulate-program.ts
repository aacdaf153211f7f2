import { writeFileSync } from 'node:fs';
import type { ControlClient } from '@holdfast/client';
import { EXIT, formatCib, HoldfastError } from '@holdfast/model';
import { type CrmSimulateCall, CrmUsageError, parseCrmSimulate } from './crm-simulate-arguments.ts';
import { formatProfile, profileFolder } from './profile-folder.ts';
import { readSimulationInput } from './read-input.ts';
import { runSimulation, type SimulationOutcome } from './run-simulation.ts';

/**
 * The program `crm_simulate`: reads its arguments, prints, and sets the exit code. The reference is called for every
 * question that a script has, so this loads nothing of the frame around the other commands.
 */
export async function runCrmSimulate(argv: readonly string[], version: () => string): Promise<void> {
  try {
    const call = parseCrmSimulate(argv);
    const nowSeconds = Math.floor(Date.now() / 1000);
    switch (call.kind) {
      case 'help':
        process.stdout.write(call.text);
        return;
      case 'version':
        process.stdout.write(`Holdfast ${version()}\n`);
        return;
      case 'profile':
        process.stdout.write(formatProfile(profileFolder(call.path, call.repeat, nowSeconds)));
        return;
      case 'simulate':
        await simulate(argv, call, nowSeconds);
    }
  } catch (error) {
    tell(error);
  }
}

async function simulate(
  argv: readonly string[],
  call: Extract<CrmSimulateCall, { kind: 'simulate' }>,
  nowSeconds: number,
): Promise<void> {
  const { request, form, outputPath, inPlace, verbose } = call;
  const input = await readSimulationInput(request.input, connect);
  const outcome = runSimulation(input, request, nowSeconds);
  if (inPlace && request.input.kind === 'file' && request.input.path !== '-')
    writeFileSync(request.input.path, formatCib(outcome.simulation.playback.information));
  const text = textOf(argv, form, outcome);
  if (outputPath === undefined) process.stdout.write(text);
  else writeFileSync(outputPath, text);
  if (verbose) for (const each of outcome.simulation.result.warnings) process.stderr.write(`${each}\n`);
  for (const each of outcome.errors) process.stderr.write(`${each}\n`);
  // Only a graph that cannot be played to its end is an error; events that make no sense are told of.
  if (request.simulate && outcome.simulation.playback.outcome === 'incomplete') process.exitCode = EXIT.error;
}

/** Loaded only to ask a cluster: a file needs no connection. */
async function connect(): Promise<ControlClient> {
  const { connectHere } = await import('../command/connect-here.ts');
  return connectHere();
}

function textOf(argv: readonly string[], form: 'text' | 'xml' | 'none', outcome: SimulationOutcome): string {
  if (form === 'none') return '';
  return form === 'text' ? outcome.text() : outcome.xml(['crm_simulate', ...argv].join(' '));
}

function tell(error: unknown): void {
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
