import type { DaemonReport } from '@holdfast/client';
import { Flags } from '@oclif/core';
import { HoldfastCommand } from '../../command/holdfast-command.ts';

/** `holdfast cluster init`. */
export class ClusterInit extends HoldfastCommand {
  static override summary = 'Make the daemon on this machine the first member of a new cluster.';
  static override flags = {
    name: Flags.string({ char: 'n', description: 'name of the cluster', default: 'holdfast' }),
  };

  override async run(): Promise<DaemonReport> {
    const { flags } = await this.parse(ClusterInit);
    const report = await this.client(flags).init({ clusterName: flags.name });
    this.say(
      `cluster ${flags.name} is created; its first member is ${report.name}`,
      'next, for each further machine:',
      '  here:   holdfast cluster token',
      '  there:  holdfast cluster join TOKEN',
    );
    return report;
  }
}
