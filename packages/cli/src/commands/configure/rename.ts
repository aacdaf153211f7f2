import { Args } from '@oclif/core';
import { EditCommand } from '../../command/edit-command.ts';
import type { EditResult } from '../../configuration/edit-configuration.ts';

/** `holdfast configure rename ID NEW`: another id, everywhere. */
export class ConfigureRename extends EditCommand {
  static override summary = 'Give an object another id, everywhere it is named. A running resource restarts.';
  static override args = {
    id: Args.string({ description: 'the object', required: true }),
    to: Args.string({ description: 'its new id', required: true }),
  };

  override async run(): Promise<EditResult> {
    const { args, flags } = await this.parse(ConfigureRename);
    return this.change(flags, (draft) => draft.rename(args.id, args.to), `${args.id} is now ${args.to}`);
  }
}
