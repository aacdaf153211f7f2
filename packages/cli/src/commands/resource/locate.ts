import { EXIT, HoldfastError } from '@holdfast/model';
import { Args } from '@oclif/core';
import { HoldfastCommand } from '../../command/holdfast-command.ts';
import { explainState, reportsOf } from '../../status/resource-state.ts';

/** `holdfast resource locate ID`. */
export class ResourceLocate extends HoldfastCommand {
  static override summary = 'Say where a resource runs, or why it does not.';
  static override args = { id: Args.string({ description: 'the resource', required: true }) };

  override async run(): Promise<{ id: string; nodes: readonly string[] }> {
    const { args, flags } = await this.parse(ResourceLocate);
    const status = await this.client(flags).status();
    const reports = reportsOf(status, args.id);
    if (reports.length === 0) throw new HoldfastError('NO_SUCH_OBJECT', { kind: 'resource', id: args.id });
    const lines = reports.flatMap(({ role, nodes }) =>
      nodes.map((node) => `${node}${role === 'Promoted' ? ' Promoted' : ''}`),
    );
    const unique = [...new Set(lines)];
    for (const each of unique) this.say(`resource ${args.id} is running on: ${each}`);
    if (unique.length === 0) {
      this.say(`resource ${args.id} is NOT running: ${explainState(status, args.id)}`);
      process.exitCode = EXIT.error;
    }
    return { id: args.id, nodes: [...new Set(reports.flatMap((each) => each.nodes))] };
  }
}
