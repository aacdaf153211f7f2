import { clearMoves } from '@holdfast/model';
import { Args } from '@oclif/core';
import { EditCommand } from '../../command/edit-command.ts';
import type { EditResult } from '../../configuration/edit-configuration.ts';

/** `holdfast resource clear ID [NODE]`. */
export class ResourceClear extends EditCommand {
  static override summary = 'Remove the constraints that moves and bans of a resource left behind.';
  static override aliases = ['resource:unmove', 'resource:unban', 'resource:unmigrate'];
  static override args = {
    id: Args.string({ description: 'the resource', required: true }),
    node: Args.string({ description: 'only constraints about this node' }),
  };

  override async run(): Promise<EditResult> {
    const { args, flags } = await this.parse(ResourceClear);
    return this.change(
      flags,
      (draft) => void clearMoves(draft, args.id, args.node),
      `${args.id} is free to move`,
    );
  }
}
