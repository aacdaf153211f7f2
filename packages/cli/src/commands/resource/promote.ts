import { setTargetRole } from '@holdfast/model';
import { Args } from '@oclif/core';
import { EditCommand } from '../../command/edit-command.ts';
import type { EditResult } from '../../configuration/edit-configuration.ts';

/** `holdfast resource promote ID`. */
export class ResourcePromote extends EditCommand {
  static override summary = 'Let a promotable clone have promoted instances.';
  static override args = {
    id: Args.string({ description: 'the clone, or what it multiplies', required: true }),
  };

  override async run(): Promise<EditResult> {
    const { args, flags } = await this.parse(ResourcePromote);
    return this.change(
      flags,
      (draft) => setTargetRole(draft, args.id, 'Promoted'),
      `${args.id}: asked to be Promoted`,
    );
  }
}
