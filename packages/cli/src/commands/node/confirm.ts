import { userInfo } from 'node:os';
import { HoldfastError } from '@holdfast/model';
import { Args, Flags } from '@oclif/core';
import { HoldfastCommand } from '../../command/holdfast-command.ts';

/** `holdfast node confirm NODE`: a person takes the place of a fence device. */
export class NodeConfirm extends HoldfastCommand {
  static override summary =
    'State that you have seen a node powered off, so that its resources are recovered.';
  static override description =
    'If the node is in fact alive, its resources run twice and data is lost. The statement is recorded with your name.';
  static override args = { node: Args.string({ description: 'the node', required: true }) };
  static override flags = {
    reason: Flags.string({ description: 'how you know', required: true }),
    'powered-off': Flags.boolean({ description: 'confirm that the machine has no power', default: false }),
  };

  override async run(): Promise<unknown> {
    const { args, flags } = await this.parse(NodeConfirm);
    if (!flags['powered-off'])
      throw new HoldfastError('USAGE', {
        problem: 'give --powered-off when you have seen that the machine is off',
      });
    const operator = userInfo().username;
    const answer = await this.client(flags).confirmFenced({
      node: args.node,
      operator,
      reason: flags.reason,
    });
    this.say(`recorded: ${operator} saw ${args.node} powered off`);
    return answer;
  }
}
