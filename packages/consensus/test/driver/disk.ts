import { type Command, word } from './context.ts';

export const disk: Command = {
  name: 'disk',
  help: 'disk a hold : writes of a do not finish;  disk a write : those waiting finish;  disk a free : back to normal',
  run(context, words) {
    const machine = context.world.machine(word(words, 0, 'a member'));
    const what = word(words, 1, 'hold, write or free');
    if (what !== 'write') machine.holdDisk = what === 'hold';
    if (what === 'hold') return;
    context.say(`${machine.name} finishes ${machine.disk.pending.length} write(s)`);
    context.world.finishWrites(machine);
    context.world.settle(machine);
  },
};
