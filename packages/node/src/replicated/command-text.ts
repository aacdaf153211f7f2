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
