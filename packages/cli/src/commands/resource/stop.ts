import { HoldfastError, setTargetRole } from '@holdfast/model';
import { Flags } from '@oclif/core';
import { ResourceCommand } from '../../command/resource-command.ts';
import type { EditResult } from '../../configuration/edit-configuration.ts';
import { isStopped } from '../../status/resource-state.ts';

/** `holdfast resource stop ID...`. */
export class ResourceStop extends ResourceCommand {
  static override summary = 'Stop resources, and wait until they are stopped.';
  static override flags = {
    'keep-members': Flags.boolean({ description: 'leave what was asked of single members', default: false }),
  };
  static override strict = false;
  static override usage = 'resource stop ID...';

  override async run(): Promise<EditResult> {
    const { argv, flags } = await this.parse(ResourceStop);
    const ids = argv.map(String);
    if (ids.length === 0) throw new HoldfastError('USAGE', { problem: 'a resource is missing' });
    const edit = await this.change(
      flags,
      (draft) => {
        for (const id of ids) setTargetRole(draft, id, 'Stopped', { keepMembers: flags['keep-members'] });
      },
      `${ids.join(' ')}: asked to stop`,
    );
    if (edit.applied && flags.wait > 0)
      for (const id of ids) {
        await this.waitFor(this.client(flags), flags.wait, id, `stopping ${id}`, (status) =>
          isStopped(status, id),
        );
        this.say(`${id} is stopped`);
      }
    return edit;
  }
}
