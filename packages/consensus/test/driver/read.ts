import { type Command, word } from './context.ts';

export const read: Command = {
  name: 'read',
  help: 'read a : asks a for a linearizable read',
  run(context, words) {
    const core = context.world.running(word(words, 0, 'a member'));
    const token = context.nextRead++;
    context.outcome(core.requestRead(token, context.world.nowMs), `read ${token} waits`);
  },
};
