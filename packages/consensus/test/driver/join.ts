import { emptyState } from '../../src/index.ts';
import { type Command, word } from './context.ts';

export const join: Command = {
  name: 'join',
  help: 'join d : starts a member that knows nothing and has no vote',
  run(context, words) {
    context.world.add(word(words, 0, 'a member'), emptyState());
  },
};
