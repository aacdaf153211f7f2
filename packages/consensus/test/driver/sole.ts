import { type Command, word } from './context.ts';

export const sole: Command = {
  name: 'sole',
  help: 'sole a b 3 7 : a, which joined b in its incarnation 3, goes on alone after proof that incarnation 7 of b is off',
  run(context, words) {
    const { world } = context;
    const machine = world.machine(word(words, 0, 'a member'));
    const target = word(words, 1, 'the other');
    const facts = {
      incarnation: machine.starts,
      authority: {
        incarnation: words[4] === undefined ? machine.starts : Number(words[4]),
        membersIndex: world.running(machine.name).committedMembers.index,
        peerIncarnation: Number(word(words, 2, 'an incarnation')),
      },
      proof: {
        target,
        targetIncarnation: Number(word(words, 3, 'an incarnation')),
        method: 'off' as const,
        device: 'pdu',
        confirmedAt: 'now',
      },
    };
    try {
      const result = world.running(machine.name).commitSoleVoter(facts, world.nowMs);
      context.outcome(result, result.ok ? `at ${result.index} in term ${result.term}` : '');
    } catch (error) {
      context.say(`stops: ${(error as Error).message}`);
    }
    world.settle(machine);
  },
};
