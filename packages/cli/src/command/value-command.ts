import {
  ConfigurationDraft,
  HoldfastError,
  type ResourceSection,
  resourceValue,
  setResourceValue,
} from '@holdfast/model';
import { Args } from '@oclif/core';
import { type EditResult, fetchConfiguration } from '../configuration/edit-configuration.ts';
import { EditCommand } from './edit-command.ts';

/** The arguments of such a command. oclif does not inherit them, so each command names them. */
export const VALUE_ARGS = {
  id: Args.string({ description: 'the resource', required: true }),
  action: Args.string({ description: 'what to do', required: true, options: ['set', 'show', 'delete'] }),
  name: Args.string({ description: 'the name', required: true }),
  value: Args.string({ description: 'the value, for set' }),
};

/** A command that sets, shows or deletes one value of a resource. */
export abstract class ValueCommand extends EditCommand {
  protected abstract readonly section: ResourceSection;

  override async run(): Promise<EditResult | { value: string }> {
    const { args, flags } = await this.parse(this.ctor as typeof ValueCommand & { args: typeof VALUE_ARGS });
    const { id, action, name, value } = args;
    if (action === 'show') {
      const { configuration } = await fetchConfiguration(this.client(flags));
      const found = resourceValue(new ConfigurationDraft(configuration), id, this.section, name);
      if (found === undefined) throw new HoldfastError('NO_SUCH_OBJECT', { kind: `${name} of`, id });
      this.say(found);
      return { value: found };
    }
    if (action === 'set' && value === undefined)
      throw new HoldfastError('USAGE', { problem: 'the value is missing' });
    const wanted = action === 'set' ? (value ?? '') : null;
    return this.change(flags, (draft) => setResourceValue(draft, id, this.section, name, wanted), 'done');
  }
}
