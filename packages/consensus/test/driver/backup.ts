import { type Command, word } from './context.ts';

export const backup: Command = {
  name: 'backup',
  help: 'backup a : keeps a copy of the disk of a as it is now',
  run(context, words) {
    const { name, disk } = context.world.machine(word(words, 0, 'a member'));
    context.backups.set(name, disk.state);
  },
};
