import { createInterface, type Interface } from 'node:readline/promises';
import { HoldfastError } from '@holdfast/model';
import { explainError } from '../command/explain-error.ts';
import { HoldfastCommand } from '../command/holdfast-command.ts';
import { commitDraft, fetchConfiguration } from '../configuration/edit-configuration.ts';
import { ShellSession } from '../shell/shell-session.ts';

/** `holdfast shell`, and `crm` without a command. */
export class Shell extends HoldfastCommand {
  static override summary = 'Work interactively: levels as in crmsh, and nothing is applied until "commit".';
  static override description =
    'configure, resource, node and cluster enter a level, up leaves it, quit ends. In configure, statements are collected; ' +
    'show, verify, delete, rename and modgroup work on what is collected, and commit applies it as one transaction.';
  static override enableJsonFlag = false;

  override async run(): Promise<void> {
    const { flags } = await this.parse(Shell);
    const client = this.client(flags);
    const { cluster } = await client.status();
    const isTerminal = process.stdin.isTTY === true;
    let session: ShellSession | undefined;
    const lines = createInterface({
      input: process.stdin,
      output: process.stdout,
      terminal: isTerminal,
      completer: (line: string): [string[], string] => [
        session?.complete(line) ?? [],
        line.split(/\s+/).at(-1) ?? '',
      ],
    });
    session = new ShellSession({
      clusterName: cluster.name,
      fetch: () => fetchConfiguration(client),
      commit: (base, draft) => commitDraft(client, base, draft),
      run: async (id, argv) => {
        await this.config.runCommand(id, [
          ...argv,
          ...(id === 'help' ? [] : ['--socket', client.socketPath]),
        ]);
      },
      // Without a terminal nobody can answer; what was not committed is given up, as the shell says.
      confirm: async (question) => isTerminal && /^y/i.test(await lines.question(`${question} (y/n) `)),
      print: (line) => this.say(line),
    });
    await this.#loop(lines, session, isTerminal);
    lines.close();
  }

  async #loop(lines: Interface, session: ShellSession, isTerminal: boolean): Promise<void> {
    const ask = (): void => {
      lines.setPrompt(session.prompt);
      if (isTerminal) lines.prompt();
    };
    ask();
    for await (const line of lines) {
      try {
        if (!(await session.execute(line))) return;
        if (isTerminal) process.exitCode = 0;
      } catch (error) {
        if (!(error instanceof HoldfastError)) throw error;
        for (const each of explainError(error, line)) this.logToStderr(each);
        process.exitCode = error.exitCode;
        // A script must not go on behind a line that failed.
        if (!isTerminal) return;
      }
      ask();
    }
    await session.execute('quit');
  }
}
