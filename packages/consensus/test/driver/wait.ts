import { type Command, word } from './context.ts';

export const wait: Command = {
  name: 'wait',
  help: 'wait 500 : lets so many ms pass;  wait leader : until somebody leads (at most 10 s)',
  run(context, words) {
    const what = word(words, 0, 'a time');
    const { world } = context;
    if (what === 'leader') world.advance(10_000, () => world.leader() !== undefined);
    else world.advance(Number(what));
  },
};
