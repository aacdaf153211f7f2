import { type Command, word } from './context.ts';

export const elect: Command = {
  name: 'elect',
  help: 'elect a : waits for a leader and moves leadership to a, quietly, until everybody has applied everything',
  run(context, words) {
    const name = word(words, 0, 'a member');
    const { world } = context;
    const before = context.lines.length;
    world.advance(10_000, () => world.leader()?.core?.hasCommittedOwnTerm === true);
    world.advance(500);
    if (world.leader()?.name !== name) world.leader()?.core?.transferLeadership(name, world.nowMs);
    world.advance(1000);
    context.lines.length = before;
    if (world.leader()?.name !== name) throw new Error(`${name} was not elected`);
    context.say(`${name} leads term ${world.running(name).term}`);
  },
};
