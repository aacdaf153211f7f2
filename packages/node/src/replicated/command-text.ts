import { OPERATIONS_PER_SLICE } from '@holdfast/model';
import type { ReplicatedCommand } from './command.ts';

/** Longer texts are forgotten once they are in the hash; of short ones the log may hold many. */
const KEPT_CHARS = 4 * 1024;

const texts = new WeakMap<readonly ReplicatedCommand[], string>();

/** The commands of one entry as JSON. A leader needs it twice: for the size of its proposal and for the hash. */
export function commandText(commands: readonly ReplicatedCommand[]): string {
  let text = texts.get(commands);
  if (text === undefined) {
    text = JSON.stringify(commands);
    texts.set(commands, text);
  }
  return text;
}

/** The entry is applied: only a short text is worth its memory. */
export function appliedText(commands: readonly ReplicatedCommand[]): void {
  if ((texts.get(commands)?.length ?? 0) > KEPT_CHARS) texts.delete(commands);
}

const EMPTY_CHANGE = '"change":{"operations":[]}';

/** Writes the text of one large change in slices, so that `commandText` finds it. */
export function* writeInSlices(commands: readonly ReplicatedCommand[]): Generator<void, void> {
  const [command] = commands;
  if (commands.length !== 1 || command?.kind !== 'configure' || texts.has(commands)) return;
  const { operations } = command.change as { readonly operations: readonly unknown[] };
  // Within a text the quotes would be escaped, so this is the change itself.
  const [head, tail] = JSON.stringify([{ ...command, change: { operations: [] } }]).split(EMPTY_CHANGE);
  const pieces: string[] = [];
  for (const [at, operation] of operations.entries()) {
    if (at % OPERATIONS_PER_SLICE === 0 && at > 0) yield;
    pieces.push(JSON.stringify(operation));
  }
  texts.set(commands, `${head}"change":{"operations":[${pieces.join()}]}${tail}`);
}
