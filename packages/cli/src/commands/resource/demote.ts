import { setTargetRole } from '@holdfast/model';
import { Args } from '@oclif/core';
import { EditCommand } from '../../command/edit-command.ts';
import type { EditResult } from '../../configuration/edit-configuration.ts';

/** `holdfast resource demote ID`. */
export class ResourceDemote extends EditCommand {
  static override summary = 'Let no instance of a promotable clone be promoted.';
  static override args = {
    id: Args.string({ description: 'the clone, or what it multiplies', required: true }),
  };

  override async run(): Promise<EditResult> {
    const { args, flags } = await this.parse(ResourceDemote);
    return this.change(
      flags,
      (draft) => setTargetRole(draft, args.id, 'Unpromoted'),
      `${args.id}: asked to be Unpromoted`,
    );
  }
}
