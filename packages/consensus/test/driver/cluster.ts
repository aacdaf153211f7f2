import { bootstrapState, makeMembers, voter } from '../../src/index.ts';
import type { Command } from './context.ts';

export const cluster: Command = {
  name: 'cluster',
  help: 'cluster a b c*2 d! : starts voters with one list; *N is a weight, ! a witness',
  run(context, words) {
    const voters = words.map((text) => {
      const [name = '', weight = '1'] = text.replace('!', '').split('*');
      return voter(name, Number(weight), text.endsWith('!'));
    });
    const state = bootstrapState(makeMembers(voters));
    for (const { name } of voters) context.world.add(name, state);
    context.settleAll();
  },
};
