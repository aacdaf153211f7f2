import { HoldfastError, setTargetRole } from '@holdfast/model';
import { Flags } from '@oclif/core';
import { ResourceCommand } from '../../command/resource-command.ts';
import type { EditResult } from '../../configuration/edit-configuration.ts';
import { isRunning } from '../../status/resource-state.ts';

/** `holdfast resource start ID...`. */
export class ResourceStart extends ResourceCommand {
  static override summary = 'Let resources run, and wait until they do.';
  static override flags = {
    'keep-members': Flags.boolean({ description: 'leave what was asked of single members', default: false }),
  };
  static override strict = false;
  static override usage = 'resource start ID...';

  override async run(): Promise<EditResult> {
    const { argv, flags } = await this.parse(ResourceStart);
    const ids = argv.map(String);
    if (ids.length === 0) throw new HoldfastError('USAGE', { problem: 'a resource is missing' });
    const edit = await this.change(
      flags,
      (draft) => {
        for (const id of ids) setTargetRole(draft, id, 'Started', { keepMembers: flags['keep-members'] });
      },
      `${ids.join(' ')}: asked to start`,
    );
    if (edit.applied && flags.wait > 0)
      for (const id of ids) {
        await this.waitFor(this.client(flags), flags.wait, id, `starting ${id}`, (status) =>
          isRunning(status, id),
        );
        this.say(`${id} runs`);
      }
    return edit;
  }
}
