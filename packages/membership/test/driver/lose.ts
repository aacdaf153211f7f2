import { type Command, word } from './context.ts';

export const lose: Command = {
  name: 'lose',
  help: 'lose 80 to c : that many percent of what is sent to c are lost;  lose 10 : of everything',
  run(context, words) {
    const part = Number(word(words, 0, 'a percentage')) / 100;
    const receiver = words[1] === 'to' ? word(words, 2, 'a member') : undefined;
    context.world.loss = (_from, to) => (receiver === undefined || receiver === to ? part : 0);
  },
};
