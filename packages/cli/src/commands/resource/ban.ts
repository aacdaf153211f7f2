import { banNode, HoldfastError } from '@holdfast/model';
import { Args } from '@oclif/core';
import { ResourceCommand } from '../../command/resource-command.ts';
import type { EditResult } from '../../configuration/edit-configuration.ts';
import { nodesOf } from '../../status/resource-state.ts';

/** `holdfast resource ban ID [NODE]`. */
export class ResourceBan extends ResourceCommand {
  static override summary = 'Keep a resource away from a node, until it is cleared.';
  static override args = {
    id: Args.string({ description: 'the resource', required: true }),
    node: Args.string({ description: 'the node; without it, where the resource runs' }),
  };

  override async run(): Promise<EditResult> {
    const { args, flags } = await this.parse(ResourceBan);
    const client = this.client(flags);
    const node = args.node ?? nodesOf(await client.status(), args.id)[0];
    if (node === undefined)
      throw new HoldfastError('USAGE', { problem: `${args.id} runs nowhere, so a node must be named` });
    const edit = await this.change(
      flags,
      (draft) => banNode(draft, args.id, { node }),
      `${args.id} is kept from ${node}`,
    );
    if (edit.applied && flags.wait > 0)
      await this.waitFor(
        client,
        flags.wait,
        args.id,
        `moving ${args.id} away from ${node}`,
        (status) => !nodesOf(status, args.id).includes(node),
      );
    return edit;
  }
}
