import { parseStatement } from '@holdfast/model';
import { Args } from '@oclif/core';
import { EditCommand } from '../command/edit-command.ts';
import type { EditResult } from '../configuration/edit-configuration.ts';

/** `holdfast maintenance on|off`: for the whole cluster. */
export class Maintenance extends EditCommand {
  static override summary =
    'Leave everything in the cluster alone, also its monitors, or take care of it again.';
  static override args = {
    state: Args.string({ description: 'on or off', options: ['on', 'off'], required: true }),
  };

  override async run(): Promise<EditResult> {
    const { args, flags } = await this.parse(Maintenance);
    const statement = parseStatement(`property maintenance-mode=${args.state === 'on'}`);
    return this.change(flags, (draft) => draft.put(statement), `maintenance of the cluster: ${args.state}`);
  }
}
