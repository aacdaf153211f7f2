import { VALUE_ARGS, ValueCommand } from '../../command/value-command.ts';

/** `holdfast resource meta ID set|show|delete NAME [VALUE]`. */
export class ResourceMeta extends ValueCommand {
  static override summary = 'Set, show or delete a meta attribute of a resource.';
  static override usage = 'resource meta ID set|show|delete NAME [VALUE]';
  static override args = VALUE_ARGS;
  protected override readonly section = 'meta';
}
