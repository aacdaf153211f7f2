import { forceRecovery } from '../../src/index.ts';
import { type Command, word } from './context.ts';

export const force: Command = {
  name: 'force',
  help: 'force a : an operator makes the stopped member a the only voter (rule 10)',
  run(context, words) {
    const { disk, core, name } = context.world.machine(word(words, 0, 'a member'));
    if (core !== undefined) throw new Error(`${name} runs`);
    disk.state = forceRecovery(disk.state, {
      survivor: name,
      epoch: 2,
      operator: 'somebody',
      reason: 'the others burnt down',
    });
    const note = disk.state.entries.at(-1)?.payload as { note: { details: { barred: string[] } } };
    context.say(`term ${disk.state.term}, barred: ${note.note.details.barred.join(' ')}`);
  },
};
