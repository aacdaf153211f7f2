import { type Configuration, EXIT, LIMITS, validateConfiguration } from '@holdfast/model';
import { Args, Flags } from '@oclif/core';
import { HoldfastCommand } from '../command/holdfast-command.ts';
import { agentWarnings } from '../configuration/agent-warnings.ts';
import { fetchConfiguration } from '../configuration/edit-configuration.ts';
import { readConfigurationText, readText } from '../configuration/read-configuration.ts';

/** `holdfast verify`: checks the configuration of the cluster or of a file. */
export class Verify extends HoldfastCommand {
  static override summary = 'Check the configuration of the cluster, or a file with statements or a CIB.';
  static override examples = ['<%= config.bin %> verify', '<%= config.bin %> verify web.crm'];
  static override args = { file: Args.string({ description: 'file to check instead; - is standard input' }) };
  static override flags = {
    quiet: Flags.boolean({ char: 'q', description: 'tell errors only', default: false }),
  };

  override async run(): Promise<{ errors: readonly string[]; warnings: readonly string[] }> {
    const { args, flags } = await this.parse(Verify);
    const structure: string[] = [];
    const configuration = await this.#configuration(args.file, flags, structure);
    const nodes =
      args.file === undefined ? (await this.client(flags).status()).nodes.map((each) => each.name) : [];
    const { errors: wrong, warnings: found } = validateConfiguration(
      configuration,
      nodes.length > 0 ? { nodes } : {},
    );
    const errors = [...structure, ...wrong.map((each) => each.problem)];
    const warnings = found.map((each) => each.problem);
    if (args.file === undefined) warnings.push(...(await agentWarnings(this.client(flags), configuration)));
    if (!flags.quiet) for (const each of warnings) this.say(`warning: ${each}`);
    for (const each of errors) this.logToStderr(`error: ${each}`);
    if (errors.length > 0) process.exitCode = EXIT.configuration;
    else if (!flags.quiet) this.say('the configuration is valid');
    return { errors, warnings };
  }

  async #configuration(
    file: string | undefined,
    flags: { socket: string | undefined; timeout: number },
    structure: string[],
  ): Promise<Configuration> {
    if (file === undefined) return (await fetchConfiguration(this.client(flags))).configuration;
    this.sourceText = readText(file);
    return readConfigurationText(this.sourceText, file, (problem) => {
      if (structure.length < LIMITS.reportedProblems) structure.push(problem);
    });
  }
}
