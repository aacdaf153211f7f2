import { type Command, word } from './context.ts';

export const suspect: Command = {
  name: 'suspect',
  help: 'suspect b a : membership tells b that leader a seems lost;  suspect b a ended : that its process has ended',
  run(context, words) {
    const machine = context.world.machine(word(words, 0, 'a member'));
    const leader = word(words, 1, 'a leader');
    const core = context.world.running(machine.name);
    if (words[2] === 'ended') core.leaderEnded(leader, context.world.nowMs);
    else core.suspectLeader(leader, context.world.nowMs);
    context.world.settle(machine);
  },
};
