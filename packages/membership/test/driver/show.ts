import type { Command } from './context.ts';

export const show: Command = {
  name: 'show',
  help: 'show : what everybody believes;  show a b : only these',
  run(context, words) {
    for (const [name, { core }] of context.world.machines) {
      if (words.length > 0 && !words.includes(name)) continue;
      const peers = core?.peers().map((peer) => {
        const links = peer.links.map(({ link, up }) => `${link} ${up ? 'up' : 'down'}`).join(', ');
        return `${peer.name} ${peer.state} (${links})`;
      });
      context.lines.push(
        `  ${name}: ${peers === undefined ? 'down' : `${core?.ownHealth}; ${peers.join('; ')}`}`,
      );
    }
  },
};
