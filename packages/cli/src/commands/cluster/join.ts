import type { DaemonReport } from '@holdfast/client';
import { Args } from '@oclif/core';
import { HoldfastCommand } from '../../command/holdfast-command.ts';

/** `holdfast cluster join TOKEN`. */
export class ClusterJoin extends HoldfastCommand {
  static override summary = 'Make the daemon on this machine a member of the cluster that gave the token.';
  static override args = {
    token: Args.string({ description: 'what "cluster token" printed', required: true }),
  };

  override async run(): Promise<DaemonReport> {
    const { args, flags } = await this.parse(ClusterJoin);
    const report = await this.client(flags).join(args.token);
    this.say(`${report.name} is a member of cluster ${report.clusterName ?? ''}`, 'see: holdfast status');
    return report;
  }
}
