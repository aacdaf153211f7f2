import type { Command } from './context.ts';

export const heal: Command = {
  name: 'heal',
  help: 'heal : ends all cuts',
  run(context) {
    context.world.heal();
  },
};
