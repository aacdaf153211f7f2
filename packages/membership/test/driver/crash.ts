import { type Command, word } from './context.ts';

export const crash: Command = {
  name: 'crash',
  help: 'crash a b : the processes end',
  run(context, words) {
    word(words, 0, 'a member');
    for (const name of words) context.world.crash(context.world.machine(name));
  },
};
