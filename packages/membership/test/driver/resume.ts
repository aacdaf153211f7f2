import { type Command, word } from './context.ts';

export const resume: Command = {
  name: 'resume',
  help: 'resume a : a goes on where it was',
  run(context, words) {
    context.world.machine(word(words, 0, 'a member')).paused = false;
  },
};
