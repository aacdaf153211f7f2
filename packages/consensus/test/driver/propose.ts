import { type Command, word } from './context.ts';

export const propose: Command = {
  name: 'propose',
  help: 'propose a x y : gives commands to a, as one group; nothing is sent before time passes',
  run(context, words) {
    const core = context.world.running(word(words, 0, 'a member'));
    const proposals = words.slice(1).map((payload) => ({ payload, bytes: payload.length }));
    const result = core.propose(proposals, context.world.nowMs);
    context.outcome(
      result,
      result.ok ? `at ${result.firstIndex}..${result.index} in term ${result.term}` : '',
    );
  },
};
