import { setNodeAttribute } from '@holdfast/model';
import { NODE_ARGS, NodeEditCommand } from '../../command/node-edit-command.ts';
import type { EditResult } from '../../configuration/edit-configuration.ts';

/** `holdfast node ready [NODE]`. */
export class NodeReady extends NodeEditCommand {
  static override summary = 'Take care of a node in maintenance again.';
  static override args = NODE_ARGS;

  override async run(): Promise<EditResult> {
    const { args, flags } = await this.parse(NodeReady);
    const node = await this.nodeNamed(flags, args.node);
    return this.change(
      flags,
      (draft) => setNodeAttribute(draft, node, 'maintenance', null),
      `${node}: ready`,
    );
  }
}
