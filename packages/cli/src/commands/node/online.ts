import { setNodeAttribute } from '@holdfast/model';
import { NODE_ARGS, NodeEditCommand } from '../../command/node-edit-command.ts';
import type { EditResult } from '../../configuration/edit-configuration.ts';

/** `holdfast node online [NODE]`. */
export class NodeOnline extends NodeEditCommand {
  static override summary = 'Let a node in standby host resources again.';
  static override args = NODE_ARGS;

  override async run(): Promise<EditResult> {
    const { args, flags } = await this.parse(NodeOnline);
    const node = await this.nodeNamed(flags, args.node);
    return this.change(flags, (draft) => setNodeAttribute(draft, node, 'standby', null), `${node}: online`);
  }
}
