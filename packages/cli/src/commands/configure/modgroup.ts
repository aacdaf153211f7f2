import { modifyGroup } from '@holdfast/model';
import { Args } from '@oclif/core';
import { EditCommand } from '../../command/edit-command.ts';
import type { EditResult } from '../../configuration/edit-configuration.ts';

/** `holdfast configure modgroup GROUP add|remove MEMBER`: the members of a group. */
export class ConfigureModgroup extends EditCommand {
  static override summary = 'Add a primitive to a group, or take it out.';
  static override usage = 'configure modgroup GROUP add|remove MEMBER [before|after MEMBER]';
  static override args = {
    group: Args.string({ description: 'the group', required: true }),
    action: Args.string({ description: 'what to do', required: true, options: ['add', 'remove'] }),
    member: Args.string({ description: 'the primitive', required: true }),
    where: Args.string({ description: 'where to put it', options: ['before', 'after'] }),
    place: Args.string({ description: 'the member beside it' }),
  };

  override async run(): Promise<EditResult> {
    const { args, flags } = await this.parse(ConfigureModgroup);
    const { group, member, where, place } = args;
    const beside =
      (where === 'before' || where === 'after') && place !== undefined ? { where, member: place } : undefined;
    const action = args.action === 'remove' ? 'remove' : 'add';
    return this.change(
      flags,
      (draft) =>
        modifyGroup(draft, group, action, member, beside as { where: 'before' | 'after'; member: string }),
      'done',
    );
  }
}
