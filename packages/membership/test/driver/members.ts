import type { Command } from './context.ts';

export const members: Command = {
  name: 'members',
  help: 'members a b c over l1 l2 : starts members that watch each other over these links',
  run(context, words) {
    const at = words.indexOf('over');
    context.begin(words.slice(0, at < 0 ? undefined : at), at < 0 ? ['l1'] : words.slice(at + 1));
  },
};
