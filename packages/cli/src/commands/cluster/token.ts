import type { TokenAnswer } from '@holdfast/client';
import { Flags } from '@oclif/core';
import { HoldfastCommand } from '../../command/holdfast-command.ts';

/** `holdfast cluster token`. */
export class ClusterToken extends HoldfastCommand {
  static override summary = 'Make a token with which one machine may join.';
  static override flags = {
    for: Flags.string({ description: 'only a machine of this name may use it' }),
    witness: Flags.boolean({ description: 'the machine votes, but hosts nothing', default: false }),
    'no-vote': Flags.boolean({
      description: 'the machine hosts resources, but does not vote',
      default: false,
    }),
    'valid-for': Flags.integer({ description: 'minutes the token can be used', default: 60, min: 1 }),
  };

  override async run(): Promise<TokenAnswer> {
    const { flags } = await this.parse(ClusterToken);
    const answer = await this.client(flags).token({
      ...(flags.for === undefined ? {} : { name: flags.for }),
      voter: !flags['no-vote'],
      witness: flags.witness,
      validMs: flags['valid-for'] * 60_000,
    });
    // The line to paste stands alone, so that scripts can take it.
    this.logToStderr(`run this on the machine that is to join, within ${flags['valid-for']} minutes:`);
    this.say(`holdfast cluster join ${answer.token}`);
    return answer;
  }
}
