import { untraceOperations } from '@holdfast/model';
import { Args } from '@oclif/core';
import { EditCommand } from '../../command/edit-command.ts';
import type { EditResult } from '../../configuration/edit-configuration.ts';

/** `holdfast resource untrace ID [OPERATION [INTERVAL]]`. */
export class ResourceUntrace extends EditCommand {
  static override summary = 'End what "trace" began.';
  static override args = {
    id: Args.string({ description: 'the resource', required: true }),
    operation: Args.string({ description: 'the operation, or probe; without it, all that are configured' }),
    interval: Args.string({ description: 'the interval, to choose one of several monitors' }),
  };

  override async run(): Promise<EditResult> {
    const { args, flags } = await this.parse(ResourceUntrace);
    const { id, operation, interval } = args;
    const options = {
      ...(operation === undefined ? {} : { operation }),
      ...(interval === undefined ? {} : { interval }),
    };
    return this.change(flags, (draft) => untraceOperations(draft, id, options), 'done');
  }
}
