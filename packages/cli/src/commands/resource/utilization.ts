import { VALUE_ARGS, ValueCommand } from '../../command/value-command.ts';

/** `holdfast resource utilization ID set|show|delete NAME [VALUE]`. */
export class ResourceUtilization extends ValueCommand {
  static override summary = 'Set, show or delete a utilization of a resource.';
  static override usage = 'resource utilization ID set|show|delete NAME [VALUE]';
  static override args = VALUE_ARGS;
  protected override readonly section = 'utilization';
}
