import { type Command, word } from './context.ts';

export const wait: Command = {
  name: 'wait',
  help: 'wait 500 : lets so many ms pass and shows what happened',
  run(context, words) {
    context.world.advance(Number(word(words, 0, 'a time')));
    context.showEvents();
  },
};
