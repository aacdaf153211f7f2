import { type Command, word } from './context.ts';

export const transfer: Command = {
  name: 'transfer',
  help: 'transfer a b : asks a to hand leadership to b',
  run(context, words) {
    const core = context.world.running(word(words, 0, 'a member'));
    const to = word(words, 1, 'a receiver');
    context.outcome(core.transferLeadership(to, context.world.nowMs), `handing over to ${to}`);
    context.settleAll();
  },
};
