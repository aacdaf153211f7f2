import { traceOperations } from '@holdfast/model';
import { Args } from '@oclif/core';
import { EditCommand } from '../../command/edit-command.ts';
import type { EditResult } from '../../configuration/edit-configuration.ts';

/** `holdfast resource trace ID [OPERATION [INTERVAL]]`. */
export class ResourceTrace extends EditCommand {
  static override summary =
    'Have an agent of the shell library write what it does, into /var/lib/heartbeat/trace_ra.';
  static override args = {
    id: Args.string({ description: 'the resource', required: true }),
    operation: Args.string({ description: 'the operation, or probe; without it, all that are configured' }),
    interval: Args.string({ description: 'the interval, to choose one of several monitors' }),
  };

  override async run(): Promise<EditResult> {
    const { args, flags } = await this.parse(ResourceTrace);
    const { id, operation, interval } = args;
    const options = {
      ...(operation === undefined ? {} : { operation }),
      ...(interval === undefined ? {} : { interval }),
    };
    return this.change(flags, (draft) => traceOperations(draft, id, options), 'done');
  }
}
