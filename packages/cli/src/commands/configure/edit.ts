import { parseStatements } from '@holdfast/model';
import { EditCommand } from '../../command/edit-command.ts';
import { type EditResult, fetchConfiguration } from '../../configuration/edit-configuration.ts';
import { editText } from '../../configuration/edit-text.ts';
import { selectedIds, showConfiguration } from '../../configuration/show-configuration.ts';

/** `holdfast configure edit`: the statements in an editor. */
export class ConfigureEdit extends EditCommand {
  static override summary =
    'Edit the configuration, or the objects named, in $EDITOR; committed when it is saved.';
  static override description =
    'Objects removed from the text are deleted, new ones are created. If the text cannot be read or the result is not ' +
    'valid, nothing is changed and the text is kept in a file.';
  static override strict = false;
  static override usage = 'configure edit [ID|type:TYPE]...';

  override async run(): Promise<EditResult | undefined> {
    const { argv, flags } = await this.parse(ConfigureEdit);
    const words = argv.map(String);
    const base = await fetchConfiguration(this.client(flags));
    const { configuration } = base;
    const text = showConfiguration(configuration, { words, hide: false });
    const ids = selectedIds(configuration, words);
    const edited = editText(text, process.env.VISUAL ?? process.env.EDITOR ?? 'vi');
    if (edited.text === text) {
      this.say('nothing was changed');
      return undefined;
    }
    this.sourceText = edited.text;
    try {
      const statements = parseStatements(edited.text);
      const result = await this.change(
        flags,
        (draft) => draft.replaceSelection(ids, statements),
        'done',
        base,
      );
      edited.remove();
      return result;
    } catch (error) {
      this.logToStderr(`your text is kept in ${edited.file}`);
      throw error;
    }
  }
}
