import { setResourceMaintenance } from '@holdfast/model';
import { Args } from '@oclif/core';
import { EditCommand } from '../../command/edit-command.ts';
import type { EditResult } from '../../configuration/edit-configuration.ts';

/** `holdfast resource maintenance ID [on|off]`. */
export class ResourceMaintenance extends EditCommand {
  static override summary = 'Leave a resource alone, also its monitors, or take care of it again.';
  static override args = {
    id: Args.string({ description: 'the resource', required: true }),
    state: Args.string({ description: 'on or off', options: ['on', 'off'], default: 'on' }),
  };

  override async run(): Promise<EditResult> {
    const { args, flags } = await this.parse(ResourceMaintenance);
    const on = args.state !== 'off';
    return this.change(
      flags,
      (draft) => setResourceMaintenance(draft, args.id, on),
      `${args.id}: maintenance ${on ? 'on' : 'off'}`,
    );
  }
}
