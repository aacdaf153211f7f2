import { HoldfastError } from '@holdfast/model';
import { formatExplanation, simulationToJson } from '@holdfast/policy-engine';
import { Args, Flags } from '@oclif/core';
import { HoldfastCommand } from '../command/holdfast-command.ts';
import { readSimulationInput } from '../simulate/read-input.ts';
import { runBatch } from '../simulate/run-batch.ts';
import { runSimulation } from '../simulate/run-simulation.ts';

const many = (description: string) => Flags.string({ description, multiple: true, default: [] });

/** `holdfast simulate [FILE]`: what the cluster would do. */
export class Simulate extends HoldfastCommand {
  static override summary =
    'Show what the cluster would do: with its state now, or with a CIB or statements from a file.';
  static override description =
    'Events are applied first; then the decisions are made and played back. Without a file the cluster is asked for its ' +
    'state; nothing is done to it.';
  static override examples = [
    '<%= config.bin %> simulate --node-down n1',
    '<%= config.bin %> simulate cib.xml --scores --svg graph.svg',
    '<%= config.bin %> simulate cib.xml --explain web',
    '<%= config.bin %> simulate --batch xml --out results',
  ];
  static override args = { file: Args.string({ description: 'CIB or statements; - is standard input' }) };
  static override flags = {
    scores: Flags.boolean({ char: 's', description: 'show the scores', default: false }),
    utilization: Flags.boolean({ description: 'show capacities and what is taken of them', default: false }),
    attributes: Flags.boolean({ description: 'show the attributes of the nodes', default: false }),
    failures: Flags.boolean({ description: 'show fail counts and failed operations', default: false }),
    explain: many('explain this resource: the scores, what made them up, why not elsewhere, what blocks it'),
    quiet: Flags.boolean({ char: 'q', description: 'show the scores only', default: false }),
    time: Flags.string({ char: 't', description: 'the time to assume' }),
    quorum: Flags.string({ description: 'assume quorum', options: ['true', 'false'] }),
    watchdog: Flags.string({ description: 'assume an active watchdog', options: ['true', 'false'] }),
    'node-up': many('bring a node online'),
    'node-down': many('take a node offline cleanly'),
    'node-fail': many('let a node fail'),
    op: many('record a result: RSC_TASK_INTERVALMS@NODE=RC'),
    'op-fail': many('let an operation fail in the simulation: RSC_TASK_INTERVALMS@NODE=RC'),
    'ticket-grant': many('grant a ticket'),
    'ticket-revoke': many('revoke a ticket'),
    'ticket-standby': many('make a ticket standby'),
    'ticket-activate': many('activate a ticket'),
    'all-actions': Flags.boolean({ description: 'draw what is not part of the graph too', default: false }),
    xml: Flags.boolean({ description: 'print XML as crm_simulate does', default: false }),
    dot: Flags.string({ description: 'write the graph for Graphviz to this file' }),
    svg: Flags.string({ description: 'write a drawing of the graph to this file' }),
    graph: Flags.string({ description: 'write the graph as XML to this file' }),
    'save-input': Flags.string({ description: 'write the CIB after the events to this file' }),
    'save-output': Flags.string({ description: 'write the CIB after the simulation to this file' }),
    batch: Flags.string({ description: 'simulate every NAME.xml of this folder' }),
    out: Flags.string({ description: 'where a batch writes NAME.summary, .exp, .scores and .dot' }),
  };

  override async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Simulate);
    const nowSeconds = Math.floor(Date.now() / 1000);
    if (flags.batch !== undefined) return this.#batch(flags.batch, flags.out, nowSeconds);
    const input = await readSimulationInput(
      args.file === undefined ? { kind: 'live' } : { kind: 'file', path: args.file },
      () => this.client(flags),
    );
    const outcome = runSimulation(
      input,
      {
        input: { kind: 'live' },
        run: true,
        simulate: true,
        quiet: flags.quiet,
        scores: flags.scores || flags.quiet,
        utilization: flags.utilization,
        attributes: flags.attributes,
        failCounts: flags.failures,
        fancy: !flags.quiet,
        allActions: flags['all-actions'],
        now: flags.time,
        events: {
          ...(flags.quorum === undefined ? {} : { quorum: flags.quorum }),
          nodesUp: flags['node-up'],
          nodesDown: flags['node-down'],
          nodesFail: flags['node-fail'],
          operations: flags.op,
          ticketsGranted: flags['ticket-grant'],
          ticketsRevoked: flags['ticket-revoke'],
          ticketsStandby: flags['ticket-standby'],
          ticketsActivated: flags['ticket-activate'],
          ...(flags.watchdog === undefined ? {} : { watchdog: flags.watchdog }),
        },
        failures: flags['op-fail'],
        save: {
          dot: flags.dot,
          svg: flags.svg,
          graph: flags.graph,
          input: flags['save-input'],
          output: flags['save-output'],
        },
      },
      nowSeconds,
    );
    this.say((flags.xml ? outcome.xml('holdfast simulate') : outcome.text()).trimEnd());
    const wanted = flags.explain.length > 0 ? outcome.simulation.result.explanation : [];
    for (const each of wanted)
      if (flags.explain.includes(each.resource)) this.say(`\n${formatExplanation(each).trimEnd()}`);
    for (const each of outcome.errors) this.logToStderr(`error: ${each}`);
    return simulationToJson(outcome.simulation);
  }

  #batch(folder: string, out: string | undefined, nowSeconds: number): unknown {
    if (out === undefined) throw new HoldfastError('USAGE', { problem: '--batch needs --out' });
    const result = runBatch({ folder, out, nowSeconds });
    for (const { name, problem } of result.failed) this.logToStderr(`${name}: ${problem}`);
    this.say(`${result.done} simulated, ${result.failed.length} not`);
    if (result.failed.length > 0) process.exitCode = 1;
    return result;
  }
}
