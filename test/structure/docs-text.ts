import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE, type CatalogueEntry, EXIT } from '@holdfast/model';
import { ROOT } from './source-files.ts';

/** What docs/errors.md must be: the catalogue as a table for people. */
export function errorsText(): string {
  const names = new Map<number, string>(Object.entries(EXIT).map(([name, code]) => [code, name]));
  const entries = Object.entries(CATALOGUE) as [string, CatalogueEntry][];
  const blocks = [...entries]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([code, { what, why, action, exitCode }]) =>
        `## ${code}\n\n${what}\n\n- Why: ${why}\n- What to do: ${action}\n- Exit code: ${exitCode} (${names.get(exitCode) ?? ''})\n`,
    );
  return `# Errors

Every error a person or a program can be given, by its stable code. Words in braces are filled in. With \`--json\` a
command prints \`{ "error": { "code": ..., "message": ..., "why": ..., "action": ..., "details": ... } }\`; the control
API answers the same. Codes do not change; texts may. This file is checked against the catalogue in
\`packages/model/src/errors\`.

${blocks.join('\n')}`;
}

/** What oclif knows of a command; read from the class itself. */
interface CommandClass {
  readonly summary?: string;
  readonly description?: string;
  readonly usage?: string;
  readonly aliases?: readonly string[];
  readonly examples?: readonly string[];
  readonly args?: Readonly<Record<string, { readonly description?: string; readonly required?: boolean }>>;
  readonly flags?: Readonly<Record<string, Flag>>;
  readonly baseFlags?: Readonly<Record<string, Flag>>;
  readonly run?: unknown;
}

interface Flag {
  readonly char?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: string;
  readonly helpGroup?: string;
}

const COMMANDS = 'packages/cli/src/commands';

/** Name of every command -> its class. The path of a file is the name of its command. */
export async function loadCommands(): Promise<Map<string, CommandClass>> {
  const paths = readdirSync(join(ROOT, COMMANDS), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .sort();
  const found = new Map<string, CommandClass>();
  for (const path of paths) {
    const module = (await import(join(ROOT, COMMANDS, path))) as Readonly<Record<string, CommandClass>>;
    const command = Object.values(module).find((each) => typeof each.run === 'function');
    const name = path.replace(/(\/index)?\.ts$/, '').replaceAll('/', ' ');
    if (command) found.set(name, command);
  }
  return found;
}

/** What docs/cli.md must be: every command with its arguments and flags. */
export function cliText(commands: ReadonlyMap<string, CommandClass>): string {
  const list = [...commands].map(
    ([name, { summary = '' }]) => `| [\`${name}\`](#${name.replaceAll(' ', '-')}) | ${summary} |`,
  );
  const blocks = [...commands].map(([name, command]) => commandText(name, command));
  return `# Commands

\`holdfast COMMAND\`; \`crm\` is the same program with the words of crmsh. Every command takes \`--json\` (print data, or the
error as data), \`--socket PATH\` (the daemon to ask; also HOLDFAST_SOCKET; in a folder with a running development cluster,
its first member) and \`--timeout SECONDS\`. Exit codes are those of [errors.md](errors.md); 0 is success and 64 is wrong
use. This file is checked against the commands.

| command | |
|---|---|
${list.join('\n')}

${blocks.join('\n')}`;
}

function commandText(name: string, command: CommandClass): string {
  const { args = {}, usage, summary = '', description, aliases = [], examples = [] } = command;
  const shown = Object.entries(args).map(([arg, { required }]) =>
    required ? arg.toUpperCase() : `[${arg.toUpperCase()}]`,
  );
  const flags = Object.entries({ ...command.baseFlags, ...command.flags }).filter(
    ([, { helpGroup }]) => helpGroup !== 'GLOBAL',
  );
  const parts = [
    `## ${name}`,
    summary,
    description ?? '',
    `\`\`\`\nholdfast ${usage ?? [name, ...shown].join(' ')}\n\`\`\``,
    aliases.length > 0
      ? `Also: ${aliases.map((each) => `\`${each.replaceAll(':', ' ')}\``).join(', ')}.`
      : '',
    Object.entries(args)
      .map(([arg, each]) => `- \`${arg.toUpperCase()}\`: ${each.description ?? ''}`)
      .join('\n'),
    flags.map(([flag, each]) => `- ${flagText(flag, each)}`).join('\n'),
    examples.length > 0 ? `\`\`\`\n${examples.map(exampleText).join('\n')}\n\`\`\`` : '',
  ];
  return `${parts.filter((each) => each !== '').join('\n\n')}\n`;
}

function flagText(name: string, flag: Flag): string {
  const short = flag.char ? `-${flag.char}, ` : '';
  const value = flag.type === 'boolean' ? '' : ' VALUE';
  const usual =
    flag.type !== 'boolean' && flag.default !== undefined ? ` (default ${String(flag.default)})` : '';
  return `\`${short}--${name}${value}\`: ${flag.description ?? ''}${usual}`;
}

function exampleText(example: string): string {
  return example.replace('<%= config.bin %>', 'holdfast');
}
