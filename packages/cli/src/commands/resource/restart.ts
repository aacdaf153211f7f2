import { ConfigurationDraft, commandTarget, resourceValue, setResourceValue } from '@holdfast/model';
import { Args } from '@oclif/core';
import { ResourceCommand } from '../../command/resource-command.ts';
import { editConfiguration, fetchConfiguration } from '../../configuration/edit-configuration.ts';
import { isRunning, isStopped } from '../../status/resource-state.ts';

/** `holdfast resource restart ID`. */
export class ResourceRestart extends ResourceCommand {
  static override summary = 'Stop a resource, wait, and start it again.';
  static override args = { id: Args.string({ description: 'the resource', required: true }) };

  override async run(): Promise<{ restarted: string }> {
    const { args, flags } = await this.parse(ResourceRestart);
    const client = this.client(flags);
    const waitS = flags.wait > 0 ? flags.wait : 60;
    // What was asked before is asked again afterwards, so that a restart leaves no trace.
    const draft = new ConfigurationDraft((await fetchConfiguration(client)).configuration);
    const target = commandTarget(draft, args.id);
    const before = resourceValue(draft, target, 'meta', 'target-role') ?? null;
    const ask = (role: string | null) =>
      editConfiguration(client, (each) => setResourceValue(each, target, 'meta', 'target-role', role));
    if (flags['dry-run']) return { restarted: '' };
    await ask('Stopped');
    try {
      await this.waitFor(client, waitS, args.id, `stopping ${args.id}`, (status) =>
        isStopped(status, args.id),
      );
      this.say(`${args.id} is stopped`);
    } finally {
      await ask(before === 'Stopped' ? 'Started' : before);
    }
    await this.waitFor(client, waitS, args.id, `starting ${args.id}`, (status) => isRunning(status, args.id));
    this.say(`${args.id} runs`);
    return { restarted: args.id };
  }
}
