import { type Command, word } from './context.ts';

export const cut: Command = {
  name: 'cut',
  help: 'cut a b [on l1] : no messages between a and b;  cut a > b : none from a to b;  cut a : none to or from a',
  run(context, words) {
    const { world } = context;
    const on = words.indexOf('on');
    const link = on < 0 ? undefined : word(words, on + 1, 'a link');
    const [from = '', ...rest] = on < 0 ? words : words.slice(0, on);
    const oneWay = rest[0] === '>';
    const others = oneWay ? rest.slice(1) : rest;
    for (const to of others.length > 0 ? others : world.machines.keys()) {
      if (to === from) continue;
      world.cut(from, to, link);
      if (!oneWay) world.cut(to, from, link);
    }
  },
};
