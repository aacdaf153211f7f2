import { type Command, word } from './context.ts';

export const restore: Command = {
  name: 'restore',
  help: 'restore a : the disk of a, which is down, becomes what it was at the backup',
  run(context, words) {
    const machine = context.world.machine(word(words, 0, 'a member'));
    const state = context.backups.get(machine.name);
    if (machine.core !== undefined || state === undefined) throw new Error('it is up, or has no backup');
    machine.disk.state = state;
    context.say(
      `${machine.name} has an older disk, term ${state.term}, log up to ${state.entries.at(-1)?.index ?? 0}`,
    );
  },
};
