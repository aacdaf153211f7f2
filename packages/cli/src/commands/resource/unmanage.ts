import { setManaged } from '@holdfast/model';
import { Args } from '@oclif/core';
import { EditCommand } from '../../command/edit-command.ts';
import type { EditResult } from '../../configuration/edit-configuration.ts';

/** `holdfast resource unmanage ID`. */
export class ResourceUnmanage extends EditCommand {
  static override summary = 'Keep the cluster from starting and stopping a resource; its monitors go on.';
  static override args = { id: Args.string({ description: 'the resource', required: true }) };

  override async run(): Promise<EditResult> {
    const { args, flags } = await this.parse(ResourceUnmanage);
    return this.change(flags, (draft) => setManaged(draft, args.id, false), 'done');
  }
}
