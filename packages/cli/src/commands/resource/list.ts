import type { ResourceReport } from '@holdfast/client';
import { HoldfastCommand } from '../../command/holdfast-command.ts';
import { formatResources } from '../../status/format-resources.ts';
import { paint, wantsColour } from '../../status/paint.ts';

/** `holdfast resource list`. */
export class ResourceList extends HoldfastCommand {
  static override summary = 'Show all resources, where they run, and why they do not.';
  static override aliases = ['resource:status', 'resource:show'];

  override async run(): Promise<readonly ResourceReport[]> {
    const { flags } = await this.parse(ResourceList);
    const { resources } = await this.client(flags).status();
    this.say(...formatResources(resources, paint(wantsColour(process.stdout, process.env))));
    return resources;
  }
}
