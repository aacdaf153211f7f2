import { Command } from '@oclif/core';
import { runCrmSimulate } from '../simulate/crm-simulate-program.ts';

/** `holdfast crm-simulate`: the simulator with the arguments and the layout of the reference's. */
export class CrmSimulate extends Command {
  static override summary =
    'The simulator under its old name: crm_simulate -x FILE -S -s -Q -D FILE -G FILE -t TIME ...';
  static override description = 'See `crm_simulate --help-all` for its options.';
  static override strict = false;
  static override usage =
    'crm-simulate -L|-p|-x FILE [-R|-S|-X] [-sUAcQ] [-t TIME] [-D|-G|-I|-O FILE] [EVENTS]';

  override async run(): Promise<void> {
    await runCrmSimulate(this.argv, () => this.config.version);
  }
}
