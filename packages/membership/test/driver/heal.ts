import type { Command } from './context.ts';

export const heal: Command = {
  name: 'heal',
  help: 'heal : ends all cuts and all loss',
  run(context) {
    context.world.cuts.clear();
    context.world.loss = () => 0;
  },
};
