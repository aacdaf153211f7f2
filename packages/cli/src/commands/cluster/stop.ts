import { Flags } from '@oclif/core';
import { HoldfastCommand } from '../../command/holdfast-command.ts';

/** `holdfast cluster stop`. */
export class ClusterStop extends HoldfastCommand {
  static override summary =
    'Move resources away from this machine and end its daemon; with --all, stop the cluster.';
  static override flags = {
    all: Flags.boolean({ description: 'stop every resource and every member', default: false }),
    within: Flags.integer({ description: 'seconds resources have to move away', default: 60, min: 1 }),
  };

  override async run(): Promise<unknown> {
    const { flags } = await this.parse(ClusterStop);
    const client = this.client(flags);
    if (flags.all) {
      const answer = await client.stopAll();
      this.say('every resource stops, then every member ends');
      return answer;
    }
    const answer = await client.leave({ timeoutMs: flags.within * 1000 });
    this.say('resources move away, then the daemon ends');
    return answer;
  }
}
