import { type Command, word } from './context.ts';

export const start: Command = {
  name: 'start',
  help: 'start a : a new incarnation of a begins',
  run(context, words) {
    context.world.start(context.world.machine(word(words, 0, 'a member')));
  },
};
