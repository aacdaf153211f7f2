import { VALUE_ARGS, ValueCommand } from '../../command/value-command.ts';

/** `holdfast resource param ID set|show|delete NAME [VALUE]`. */
export class ResourceParam extends ValueCommand {
  static override summary = 'Set, show or delete a parameter of a resource.';
  static override usage = 'resource param ID set|show|delete NAME [VALUE]';
  static override args = VALUE_ARGS;
  protected override readonly section = 'params';
}
