import { type Command, word } from './context.ts';

export const parts: Command = {
  name: 'parts',
  help: 'parts 8 : snapshots of members that start from now on travel in parts of so many characters',
  run(context, words) {
    const maxSnapshotPartChars = Number(word(words, 0, 'a number of characters'));
    context.world.options = { ...context.world.options, maxSnapshotPartChars };
  },
};
