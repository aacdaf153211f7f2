import { type Command, word } from './context.ts';

export const start: Command = {
  name: 'start',
  help: 'start a b : starts crashed members from their disks',
  run(context, words) {
    word(words, 0, 'a member');
    for (const name of words) {
      const machine = context.world.machine(name);
      context.world.start(machine);
      context.world.settle(machine);
    }
  },
};
