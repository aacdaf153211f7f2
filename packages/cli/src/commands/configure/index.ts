import { HoldfastError, parseStatements } from '@holdfast/model';
import { EditCommand } from '../../command/edit-command.ts';
import type { EditResult } from '../../configuration/edit-configuration.ts';
import { readText } from '../../configuration/read-configuration.ts';
import { scriptStatements } from '../../configuration/script-text.ts';
import { statementText } from '../../configuration/statement-text.ts';
import { takeFlags } from '../../configuration/take-flags.ts';

/** `holdfast configure STATEMENT`: one statement, committed at once. */
export class Configure extends EditCommand {
  static override summary = 'Add one object to the configuration, or set options; committed at once.';
  static override description =
    'The statement is written as crmsh has it: node, primitive, rsc_template, group, clone, bundle, monitor, location, ' +
    'colocation, order, rsc_ticket, property, rsc_defaults, op_defaults, fencing_topology, tag, alert, role, acl_target, ' +
    'xml. Without words, statements are read from standard input and committed as one transaction.';
  static override examples = [
    '<%= config.bin %> configure primitive web ocf:heartbeat:nginx op monitor interval=10s',
    '<%= config.bin %> configure location web-on-n1 web 100: n1',
    '<%= config.bin %> configure property no-quorum-policy=stop',
  ];
  static override strict = false;
  static override usage = 'configure STATEMENT...';

  override async run(): Promise<EditResult> {
    // Words such as `-inf:` belong to the statement, so flags are taken out by name and nothing else is looked at.
    const { flags: own, words } = takeFlags(this.argv);
    const { flags } = await this.parse(Configure, own);
    const fromInput = words.length === 0 && process.stdin.isTTY !== true;
    const text = fromInput ? scriptStatements(readText('-')) : statementText(words);
    if (text.trim() === '') throw new HoldfastError('USAGE', { problem: 'a statement is missing' });
    this.sourceText = text;
    const statements = parseStatements(text);
    return this.change(
      flags,
      (draft) => {
        for (const each of statements) draft.put(each);
      },
      'done',
    );
  }
}
