import { configurationToJson } from '@holdfast/model';
import { Flags } from '@oclif/core';
import { HoldfastCommand } from '../../command/holdfast-command.ts';
import { fetchConfiguration } from '../../configuration/edit-configuration.ts';
import { showConfiguration, showXml } from '../../configuration/show-configuration.ts';

/** `holdfast configure show`: the configuration as statements, XML or JSON. */
export class ConfigureShow extends HoldfastCommand {
  static override summary = 'Show the configuration, or the objects named.';
  static override description =
    'Objects are named by id, type:TYPE, tag:TAG or related:ID; "and" narrows the selection. Values of passwords are ' +
    'hidden on a terminal; what goes into a file or a pipe is complete, so that it can be loaded again.';
  static override examples = [
    '<%= config.bin %> configure show',
    '<%= config.bin %> configure show type:order',
    '<%= config.bin %> configure show xml',
  ];
  static override strict = false;
  static override usage = 'configure show [xml] [ID|type:TYPE|tag:TAG|related:ID]...';
  static override flags = {
    secrets: Flags.boolean({ description: 'show passwords also on a terminal', default: false }),
  };

  override async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(ConfigureShow);
    const { configuration } = await fetchConfiguration(this.client(flags));
    const words = argv.map(String);
    const hide = process.stdout.isTTY === true && !flags.secrets;
    const text =
      words[0] === 'xml' ? showXml(configuration) : showConfiguration(configuration, { words, hide });
    if (text !== '') this.log(text.trimEnd());
    return configurationToJson(configuration);
  }
}
