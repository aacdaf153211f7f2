import {
  type ConfigurationDraft,
  HoldfastError,
  parseCib,
  parseStatements,
  showObjects,
  statementId,
} from '@holdfast/model';
import { Args } from '@oclif/core';
import { EditCommand } from '../../command/edit-command.ts';
import type { EditResult } from '../../configuration/edit-configuration.ts';
import { isXml, readText } from '../../configuration/read-configuration.ts';
import { scriptStatements } from '../../configuration/script-text.ts';

const METHODS = ['update', 'replace'];

/** `holdfast configure load FILE`: statements or a CIB from a file, in one transaction. */
export class ConfigureLoad extends EditCommand {
  static override summary = 'Load statements or a CIB from a file, as one transaction.';
  static override description =
    'update (the default) adds new objects and replaces those that exist; replace makes the configuration exactly what ' +
    'the file says.';
  static override examples = [
    '<%= config.bin %> configure load web.crm',
    '<%= config.bin %> configure load replace cib.xml',
  ];
  static override usage = 'configure load [update|replace] FILE';
  static override args = {
    method: Args.string({ description: 'update, replace, or the file', required: true }),
    file: Args.string({ description: 'file to load; - is standard input' }),
  };

  override async run(): Promise<EditResult> {
    const { args, flags } = await this.parse(ConfigureLoad);
    const [method, file] = args.file === undefined ? ['update', args.method] : [args.method, args.file];
    if (!METHODS.includes(method))
      throw new HoldfastError('USAGE', { problem: `"${method}" is no way to load (${METHODS.join(', ')})` });
    const text = readText(file);
    this.sourceText = text;
    const position = { line: 1, column: 1 };
    const statements = isXml(text)
      ? showObjects(parseCib(text, { source: file }).configuration).map(({ statement }) => ({
          statement,
          position,
        }))
      : parseStatements(scriptStatements(text), { source: file });
    return this.change(flags, (draft) => load(draft, statements, method), `${file} is loaded`);
  }
}

function load(
  draft: ConfigurationDraft,
  statements: Parameters<ConfigurationDraft['replaceSelection']>[1],
  method: string,
): void {
  const all = draft.objects().map((each) => (each.kind === 'node' ? each.node.name : idOf(each)));
  if (method === 'replace') draft.replaceSelection(all, statements);
  else draft.update(statements);
}

function idOf(statement: Parameters<typeof statementId>[0]): string {
  return statementId(statement) ?? '';
}
