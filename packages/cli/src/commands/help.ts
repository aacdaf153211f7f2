import { Command, Help } from '@oclif/core';

/** `holdfast help [COMMAND]`. */
export class HelpCommand extends Command {
  static override summary = 'Show the commands, or one of them in full.';
  static override strict = false;
  static override usage = 'help [COMMAND]...';

  override async run(): Promise<void> {
    const words = this.argv.filter((each) => !each.startsWith('-'));
    await new Help(this.config).showHelp(words.length > 0 ? [words.join(':')] : []);
  }
}
