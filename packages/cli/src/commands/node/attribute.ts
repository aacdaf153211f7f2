import { findInBlocks, HoldfastError, setNodeAttribute } from '@holdfast/model';
import { Args } from '@oclif/core';
import { EditCommand } from '../../command/edit-command.ts';
import { type EditResult, fetchConfiguration } from '../../configuration/edit-configuration.ts';

/** `holdfast node attribute NODE set|show|delete NAME [VALUE]`. */
export class NodeAttribute extends EditCommand {
  static override summary = 'Set, show or delete a permanent attribute of a node.';
  static override usage = 'node attribute NODE set|show|delete NAME [VALUE]';
  static override args = {
    node: Args.string({ description: 'the node', required: true }),
    action: Args.string({ description: 'what to do', required: true, options: ['set', 'show', 'delete'] }),
    name: Args.string({ description: 'the attribute', required: true }),
    value: Args.string({ description: 'the value, for set' }),
  };

  override async run(): Promise<EditResult | { value: string }> {
    const { args, flags } = await this.parse(NodeAttribute);
    const { node, action, name, value } = args;
    if (action === 'show') {
      const { configuration } = await fetchConfiguration(this.client(flags));
      const configured = configuration.nodes.find((each) => each.name === node || each.id === node);
      const found = configured && findInBlocks(configured.attributes, name);
      if (found === undefined)
        throw new HoldfastError('NO_SUCH_OBJECT', { kind: `attribute ${name} of`, id: node });
      this.say(found);
      return { value: found };
    }
    if (action === 'set' && value === undefined)
      throw new HoldfastError('USAGE', { problem: 'the value is missing' });
    const wanted = action === 'set' ? (value ?? '') : null;
    return this.change(flags, (draft) => setNodeAttribute(draft, node, name, wanted), 'done');
  }
}
