import { HoldfastError } from '@holdfast/model';
import { Command } from '@oclif/core';
import { translateCrm } from '../crm/translate-crm.ts';

/** `holdfast crm ...` and the program `crm`: the command line of crmsh. */
export class Crm extends Command {
  static override summary =
    'Accept the command lines of crmsh: crm configure, resource, node, status, cluster, verify.';
  static override examples = [
    '<%= config.bin %> crm configure show',
    '<%= config.bin %> crm resource migrate web n2',
    '<%= config.bin %> crm -F node standby n1',
  ];
  static override strict = false;
  static override usage = 'crm [-F] [-w] [-D plain] COMMAND...';

  override async run(): Promise<unknown> {
    const { id, argv } = translateCrm(this.argv);
    return this.config.runCommand(id, [...argv]);
  }

  protected override async catch(error: Error): Promise<void> {
    if (!(error instanceof HoldfastError)) throw error;
    process.exitCode = error.exitCode;
    this.logToStderr(`error: ${error.message}`);
  }
}
