import { Args, Flags } from '@oclif/core';
import { HoldfastCommand } from '../../command/holdfast-command.ts';

/** `holdfast node fence NODE`. */
export class NodeFence extends HoldfastCommand {
  static override summary = 'Have a node powered off or reset by its fence devices.';
  static override args = { node: Args.string({ description: 'the node', required: true }) };
  static override flags = {
    off: Flags.boolean({ description: 'leave it off instead of resetting it', default: false }),
  };

  override async run(): Promise<unknown> {
    const { args, flags } = await this.parse(NodeFence);
    const action = flags.off ? 'off' : 'reboot';
    const answer = await this.client(flags).fence({ node: args.node, action });
    this.say(`fencing of ${args.node} (${action}) is requested; see the result in: holdfast status`);
    return answer;
  }
}
