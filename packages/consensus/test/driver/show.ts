import { type Command, describeMembers } from './context.ts';

export const show: Command = {
  name: 'show',
  help: 'show : what everybody is and knows;  show a b : only these',
  run(context, words) {
    for (const [name, { core, applied }] of context.world.machines) {
      if (words.length > 0 && !words.includes(name)) continue;
      if (core === undefined) context.lines.push(`  ${name}: down`);
      else {
        const { role, term, leader, commitIndex, firstIndex, lastIndex, members } = core;
        context.lines.push(
          `  ${name}: ${role}, term ${term}, leader ${leader ?? '-'}, commit ${commitIndex}, ` +
            `log ${firstIndex}..${lastIndex}, members ${describeMembers(members.members)}, state [${applied.join(' ')}]`,
        );
      }
    }
  },
};
