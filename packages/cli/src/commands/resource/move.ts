import type { Configuration, ConfigurationDraft } from '@holdfast/model';
import { banNode, clearMoves, findInBlocks, HoldfastError, preferNode } from '@holdfast/model';
import { Args, Flags } from '@oclif/core';
import { ResourceCommand } from '../../command/resource-command.ts';
import { editConfiguration, fetchConfiguration } from '../../configuration/edit-configuration.ts';
import { isRunning, nodesOf } from '../../status/resource-state.ts';

/** `holdfast resource move ID [NODE]`. */
export class ResourceMove extends ResourceCommand {
  static override summary =
    'Move a resource to a node, or away from where it is, and wait until it runs there.';
  static override description =
    'The constraint that moves it is removed once the resource runs there and stickiness keeps it; without stickiness ' +
    'it stays, and "resource clear" removes it.';
  static override aliases = ['resource:migrate'];
  static override args = {
    id: Args.string({ description: 'the resource', required: true }),
    node: Args.string({ description: 'where to; without it, away from where it runs' }),
  };
  static override flags = {
    keep: Flags.boolean({ description: 'leave the constraint in any case', default: false }),
  };

  override async run(): Promise<{ moved: string; nodes: readonly string[]; constraintKept: boolean }> {
    const { args, flags } = await this.parse(ResourceMove);
    const { id } = args;
    const client = this.client(flags);
    const from = nodesOf(await client.status(), id);
    const [source] = from;
    if (args.node === undefined && source === undefined)
      throw new HoldfastError('USAGE', { problem: `${id} runs nowhere, so a node must be named` });
    const place = (draft: ConfigurationDraft): void => {
      clearMoves(draft, id);
      if (args.node !== undefined) preferNode(draft, id, { node: args.node });
      else banNode(draft, id, { node: source ?? '' });
    };
    const edit = await this.change(flags, place, `${id}: asked to move`);
    if (!edit.applied || flags.wait === 0) return { moved: id, nodes: from, constraintKept: edit.applied };
    const there = await this.waitFor(client, flags.wait, id, `moving ${id}`, (status) => {
      const nodes = nodesOf(status, id);
      const isThere = args.node === undefined ? !nodes.includes(source ?? '') : nodes.includes(args.node);
      return isThere && isRunning(status, id);
    });
    const nodes = nodesOf(there, id);
    this.say(`${id} runs on ${nodes.join(' ')}`);
    const { configuration } = await fetchConfiguration(client);
    if (flags.keep || !isSticky(configuration)) {
      this.say(`the constraint stays; remove it with: holdfast resource clear ${id}`);
      return { moved: id, nodes, constraintKept: true };
    }
    await editConfiguration(client, (draft) => void clearMoves(draft, id));
    return { moved: id, nodes, constraintKept: false };
  }
}

/** True when resources stay where they are by default. */
function isSticky(configuration: Configuration): boolean {
  const value = findInBlocks(configuration.resourceDefaults, 'resource-stickiness');
  return value !== undefined && /^(\+?inf|[1-9])/i.test(value);
}
