import { HoldfastError } from '@holdfast/model';
import { EditCommand } from '../../command/edit-command.ts';
import type { EditResult } from '../../configuration/edit-configuration.ts';

/** `holdfast configure delete ID...`: objects with what names them. */
export class ConfigureDelete extends EditCommand {
  static override summary = 'Delete objects, and constraints and tags that would name nothing afterwards.';
  static override aliases = ['configure:remove', 'configure:rm'];
  static override strict = false;
  static override usage = 'configure delete ID...';

  override async run(): Promise<EditResult> {
    const { argv, flags } = await this.parse(ConfigureDelete);
    const ids = argv.map(String);
    if (ids.length === 0) throw new HoldfastError('USAGE', { problem: 'an id is missing' });
    return this.change(flags, (draft) => draft.delete(ids), `deleted ${ids.join(' ')}`);
  }
}
