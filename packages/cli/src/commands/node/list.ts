import type { NodeReport } from '@holdfast/client';
import { HoldfastCommand } from '../../command/holdfast-command.ts';
import { formatNodes } from '../../status/format-status.ts';
import { paint, wantsColour } from '../../status/paint.ts';

/** `holdfast node list`. */
export class NodeList extends HoldfastCommand {
  static override summary = 'Show all nodes and their state.';
  static override aliases = ['node:status', 'node:show'];

  override async run(): Promise<readonly NodeReport[]> {
    const { flags } = await this.parse(NodeList);
    const { nodes, leader } = await this.client(flags).status();
    this.say(...formatNodes(nodes, leader, paint(wantsColour(process.stdout, process.env))));
    return nodes;
  }
}
