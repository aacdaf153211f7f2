import { type Command, word } from './context.ts';

export const messages: Command = {
  name: 'messages',
  help: 'messages on|off : also shows what is sent, except heartbeats',
  run(context, words) {
    context.showMessages = word(words, 0, 'on or off') === 'on';
  },
};
