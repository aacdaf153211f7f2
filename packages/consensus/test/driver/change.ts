import type { MembershipChange } from '../../src/index.ts';
import { type Command, word } from './context.ts';

const types: readonly MembershipChange['type'][] = ['add-learner', 'remove-learner', 'promote', 'demote'];

export const change: Command = {
  name: 'change',
  help: 'change a promote d : asks a for one step of the member list',
  run(context, words) {
    const core = context.world.running(word(words, 0, 'a member'));
    const type = types.find((known) => known === words[1]);
    if (type === undefined) throw new Error(`a change is one of ${types.join(', ')}`);
    const result = core.proposeMembershipChange(
      { type, member: word(words, 2, 'a member') },
      context.world.nowMs,
    );
    context.outcome(result, result.ok ? `at ${result.index} in term ${result.term}` : '');
  },
};
