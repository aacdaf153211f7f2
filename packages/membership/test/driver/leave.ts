import { type Command, word } from './context.ts';

export const leave: Command = {
  name: 'leave',
  help: 'leave a : a says goodbye and ends',
  run(context, words) {
    const { world } = context;
    const machine = world.machine(word(words, 0, 'a member'));
    world.running(machine.name).leave(world.nowMs);
    world.settle(machine);
    world.crash(machine);
  },
};
