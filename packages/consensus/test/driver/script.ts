import { commands } from './commands.ts';
import { Context } from './context.ts';

/**
 * Runs a script and returns it with the present output in place of the old. `#` begins a comment, `>` a
 * command; everything else is output of the command above it.
 */
export function runScript(text: string): string {
  const context = new Context();
  const result: string[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('#') || line.trim() === '') result.push(line);
    if (!line.startsWith('>')) continue;
    const [name = '', ...words] = line.slice(1).trim().split(/\s+/);
    const command = commands.get(name);
    if (command === undefined)
      throw new Error(`no command "${name}"; there are ${[...commands.keys()].join(', ')}`);
    result.push(line);
    context.lines = [];
    command.run(context, words);
    result.push(...context.lines);
  }
  return result.join('\n');
}
