import { type Command, word } from './context.ts';

export const progress: Command = {
  name: 'progress',
  help: 'progress a : how leader a sees the others, and since when it certainly has a majority',
  run(context, words) {
    const core = context.world.running(word(words, 0, 'a member'));
    for (const { name, matchIndex, mode, reachable, ackedSentAtMs } of core.progress()) {
      const sentAt = ackedSentAtMs === undefined ? '-' : Math.round(ackedSentAtMs);
      context.lines.push(
        `  ${name}: ${mode}, has ${matchIndex}, ${reachable ? 'reachable' : 'silent'}, answered what was sent at ${sentAt}`,
      );
    }
    const contactMs = core.quorumContactMs();
    context.lines.push(`  majority at ${contactMs === undefined ? '-' : Math.round(contactMs)}`);
  },
};
