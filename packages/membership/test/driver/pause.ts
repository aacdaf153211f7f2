import { type Command, word } from './context.ts';

export const pause: Command = {
  name: 'pause',
  help: 'pause a : a stands still; messages to it wait',
  run(context, words) {
    context.world.machine(word(words, 0, 'a member')).paused = true;
  },
};
