import { type Command, word } from './context.ts';

export const compact: Command = {
  name: 'compact',
  help: 'compact a 2 : a replaces all it has applied by a snapshot and keeps 2 entries',
  run(context, words) {
    const machine = context.world.machine(word(words, 0, 'a member'));
    const core = context.world.running(machine.name);
    core.compact(machine.appliedIndex, JSON.stringify(machine.applied), Number(words[1] ?? 0));
    context.world.settle(machine);
    context.say(`log of ${machine.name}: ${core.firstIndex}..${core.lastIndex}`);
  },
};
