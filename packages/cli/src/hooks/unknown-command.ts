import { HoldfastError } from '@holdfast/model';
import type { Hook } from '@oclif/core';
import { explainError } from '../command/explain-error.ts';

/** How many commands of a topic are listed at most when none is like what was typed. */
const LISTED = 12;

/** oclif's hook for words that are no command: says which command was probably meant, and ends with its exit code. */
export const unknownCommand: Hook.CommandNotFound = async ({ id, argv, config }) => {
  const known = config.commands.filter((each) => !each.hidden).map((each) => each.id.replaceAll(':', ' '));
  const words = [...id.split(':'), ...(argv ?? [])];
  const error = new HoldfastError('USAGE', { problem: problemOf(words, known) });
  process.stderr.write(`${explainError(error).join('\n')}\n`);
  process.exit(error.exitCode);
};

function problemOf(words: readonly string[], known: readonly string[]): string {
  const [topic = '', verb] = words;
  const inTopic = known.filter((command) => command.startsWith(`${topic} `));
  if (inTopic.length === 0 || verb === undefined) {
    const topics = [...new Set(known.map((command) => command.split(' ')[0] ?? command))];
    return `there is no command "${topic}"${meant(closest(topic, topics))}`;
  }
  const verbs = inTopic.map((command) => command.slice(topic.length + 1));
  const close = closest(verb, verbs);
  const list = verbs.length <= LISTED ? `; there are ${verbs.join(', ')}` : `; see holdfast ${topic} --help`;
  return `there is no command "${topic} ${verb}"${close === undefined ? list : meant(`${topic} ${close}`)}`;
}

function meant(command: string | undefined): string {
  return command === undefined ? '' : `; did you mean "holdfast ${command}"?`;
}

/** The known word with the fewest changed letters, if they are at most a third of it, or two. */
function closest(typed: string, known: readonly string[]): string | undefined {
  let best: { readonly word: string; readonly distance: number } | undefined;
  for (const word of known) {
    const distance = editDistance(typed, word);
    if (distance > Math.max(2, word.length / 3)) continue;
    if (best === undefined || distance < best.distance) best = { word, distance };
  }
  return best?.word;
}

/** Insertions, deletions, replacements and swaps of neighbours that make one word of the other. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}
