import { Args } from '@oclif/core';
import { HoldfastCommand } from '../../command/holdfast-command.ts';

/** `holdfast resource cleanup [ID] [NODE]`. */
export class ResourceCleanup extends HoldfastCommand {
  static override summary = 'Forget failures, and find out anew what runs where.';
  static override aliases = ['resource:refresh', 'resource:reprobe'];
  static override args = {
    id: Args.string({ description: 'the resource; without it, all' }),
    node: Args.string({ description: 'the node; without it, all' }),
  };

  override async run(): Promise<unknown> {
    const { args, flags } = await this.parse(ResourceCleanup);
    const answer = await this.client(flags).cleanup({
      ...(args.id === undefined ? {} : { resource: args.id }),
      ...(args.node === undefined ? {} : { node: args.node }),
    });
    this.say(`failures of ${args.id ?? 'all resources'} on ${args.node ?? 'all nodes'} are forgotten`);
    return answer;
  }
}
