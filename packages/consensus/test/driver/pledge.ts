import { joinPledges } from '../../src/index.ts';
import { type Command, word } from './context.ts';

export const pledge: Command = {
  name: 'pledge',
  help: 'pledge a : the others remember what the disk of a vouches for;  pledge a kept : whether its store held that at its start',
  run(context, words) {
    const name = word(words, 0, 'a member');
    const core = context.world.running(name);
    const known = context.pledges.get(name);
    if (words[1] !== 'kept') {
      const now = core.pledge();
      if (now === undefined) throw new Error('its disk is busy');
      context.pledges.set(name, known === undefined ? now : joinPledges(known, now));
      const { term, votedFor, index, entryTerm } = now;
      context.say(
        `${name} vouches for term ${term}, vote ${votedFor ?? '-'}, log up to ${entryTerm}:${index}`,
      );
    } else if (known !== undefined) {
      context.say(`${name}: ${core.forgotten(known) ?? 'nothing is forgotten'}`);
    }
  },
};
