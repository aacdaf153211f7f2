import { type Command, word } from './context.ts';

export const cut: Command = {
  name: 'cut',
  help: 'cut a b : no messages between a and b;  cut a > b : none from a to b;  cut a : none between a and anybody',
  run(context, words) {
    const { world } = context;
    const from = word(words, 0, 'a member');
    const oneWay = words[1] === '>';
    const others = words.slice(oneWay ? 2 : 1);
    for (const to of others.length > 0 ? others : world.machines.keys()) {
      if (to === from) continue;
      world.cut(from, to);
      if (!oneWay) world.cut(to, from);
    }
  },
};
