import type { ConfigurationDraft, RevisionedConfiguration } from '@holdfast/model';
import { Flags } from '@oclif/core';
import { type EditResult, editConfiguration } from '../configuration/edit-configuration.ts';
import { type ConnectionFlags, HoldfastCommand } from './holdfast-command.ts';

/** A command that changes the configuration in one transaction. */
export abstract class EditCommand extends HoldfastCommand {
  static override baseFlags = {
    ...HoldfastCommand.baseFlags,
    'dry-run': Flags.boolean({ description: 'check the change, but do not apply it', default: false }),
  };

  /** Edits (with `base`, what a person saw before), commits, and tells what was done beyond what was asked. */
  protected async change(
    flags: ConnectionFlags & { readonly 'dry-run': boolean },
    edit: (draft: ConfigurationDraft) => void,
    done: string,
    base?: RevisionedConfiguration,
  ): Promise<EditResult> {
    const result = await editConfiguration(this.client(flags), edit, {
      dryRun: flags['dry-run'],
      ...(base ? { base } : {}),
    });
    for (const note of result.notes) this.say(`note: ${note}`);
    for (const warning of result.warnings) this.logToStderr(`warning: ${warning}`);
    if (!result.changed) this.say('nothing to change');
    else this.say(result.applied ? done : 'the change is valid; nothing was applied');
    return result;
  }
}
