import type { FenceRun } from '@holdfast/ports';

/** Device options that are for the manager, not for the agent. */
const MANAGER_OPTION =
  /^(pcmk_|CRM_meta_|crm_feature_set$|provides$|priority$|stonith-timeout$|fencing-timeout$)/;

/**
 * What a fence agent reads from standard input: one `name=value` line per option, the action first. The target's
 * argument is left out when `targetArgument` is `none` or the device sets it for every target itself.
 * A value cannot hold a line break: such an option would smuggle in another one, so it is refused.
 */
export function fenceInput(
  run: FenceRun,
  targetArguments: readonly string[],
): string | { readonly refused: string } {
  const options: [string, string][] = [['action', run.action]];
  for (const [name, value] of Object.entries(run.parameters)) {
    if (name !== 'action' && !MANAGER_OPTION.test(name)) options.push([name, value]);
  }
  if (run.target !== undefined) {
    for (const argument of targetArguments) {
      if (!(argument in run.parameters)) options.push([argument, run.target]);
    }
  }
  const bad = options.find(([name, value]) => /[\r\n\0]/.test(value) || /[\s=#]/.test(name));
  if (bad !== undefined)
    return { refused: `option ${JSON.stringify(bad[0])} cannot be given to a fence agent` };
  return `${options.map(([name, value]) => `${name}=${value}`).join('\n')}\n`;
}
