import { setNodeAttribute } from '@holdfast/model';
import { NODE_ARGS, NodeEditCommand } from '../../command/node-edit-command.ts';
import type { EditResult } from '../../configuration/edit-configuration.ts';

/** `holdfast node standby [NODE]`. */
export class NodeStandby extends NodeEditCommand {
  static override summary = 'Move resources away from a node and host nothing there.';
  static override args = NODE_ARGS;

  override async run(): Promise<EditResult> {
    const { args, flags } = await this.parse(NodeStandby);
    const node = await this.nodeNamed(flags, args.node);
    return this.change(
      flags,
      (draft) => setNodeAttribute(draft, node, 'standby', 'true'),
      `${node}: standby`,
    );
  }
}
