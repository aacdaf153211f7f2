import { setNodeAttribute } from '@holdfast/model';
import { NODE_ARGS, NodeEditCommand } from '../../command/node-edit-command.ts';
import type { EditResult } from '../../configuration/edit-configuration.ts';

/** `holdfast node maintenance [NODE]`. */
export class NodeMaintenance extends NodeEditCommand {
  static override summary = 'Leave everything on a node alone, also its monitors.';
  static override args = NODE_ARGS;

  override async run(): Promise<EditResult> {
    const { args, flags } = await this.parse(NodeMaintenance);
    const node = await this.nodeNamed(flags, args.node);
    return this.change(
      flags,
      (draft) => setNodeAttribute(draft, node, 'maintenance', 'true'),
      `${node}: maintenance`,
    );
  }
}
