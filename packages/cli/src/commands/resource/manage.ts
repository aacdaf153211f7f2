import { setManaged } from '@holdfast/model';
import { Args } from '@oclif/core';
import { EditCommand } from '../../command/edit-command.ts';
import type { EditResult } from '../../configuration/edit-configuration.ts';

/** `holdfast resource manage ID`. */
export class ResourceManage extends EditCommand {
  static override summary = 'Let the cluster start and stop a resource again.';
  static override args = { id: Args.string({ description: 'the resource', required: true }) };

  override async run(): Promise<EditResult> {
    const { args, flags } = await this.parse(ResourceManage);
    return this.change(flags, (draft) => setManaged(draft, args.id, true), 'done');
  }
}
