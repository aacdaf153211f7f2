import { userInfo } from 'node:os';
import type { DaemonReport } from '@holdfast/client';
import { HoldfastError } from '@holdfast/model';
import { Flags } from '@oclif/core';
import { HoldfastCommand } from '../../command/holdfast-command.ts';

/** `holdfast cluster recover`: rule 10, a person takes the place of a majority. */
export class ClusterRecover extends HoldfastCommand {
  static override summary = 'Go on with one member alone when a majority is gone for good.';
  static override description =
    `Run this on the machine that survives; choose the one that was in the majority last. Changes that
were acknowledged but had not reached it are lost. All other members are left behind: they may come back only with an
emptied state directory and a new token. If a majority is in fact alive, you get two clusters, and what they both run
is damaged. The decision is recorded with your name. Resources of lost nodes are recovered once they are fenced, or
confirmed with "node confirm".`;
  static override flags = {
    survivor: Flags.string({ description: 'name of this member, the one that goes on', required: true }),
    reason: Flags.string({ description: 'why, and how you know that the others are gone', required: true }),
    yes: Flags.boolean({ description: 'confirm that the other members will not come back', default: false }),
  };

  override async run(): Promise<DaemonReport> {
    const { flags } = await this.parse(ClusterRecover);
    const { survivor, reason } = flags;
    if (!flags.yes) {
      throw new HoldfastError('USAGE', {
        problem: 'give --yes when you know that the other members are gone for good; changes may be lost',
      });
    }
    const operator = userInfo().username;
    const report = await this.client(flags).recover({ survivor, operator, reason });
    this.say(
      `recorded: ${operator} made ${survivor} the only voter of ${report.clusterName ?? ''} (${report.clusterUuid ?? ''})`,
      'next:',
      '  holdfast status                                    what runs, and what is blocked',
      '  holdfast node confirm NODE --powered-off --reason  for each lost node that no device can fence',
      '  holdfast cluster token                             for each machine that comes back, wiped',
    );
    return report;
  }
}
