import { clientOf } from './dev-faults.ts';
import type { DevMember } from './dev-layout.ts';
import { statusLines } from './status-line.ts';

/** Prints the status whenever it changes, through whichever member answers, until the signal aborts. */
export async function showLiveStatus(
  members: readonly DevMember[],
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let last = '';
  for (let turn = 0; !signal.aborted; turn += 1) {
    const member = members[turn % members.length];
    if (!member) return;
    try {
      for await (const item of clientOf(member).watch({ signal })) {
        if (item.kind !== 'status') continue;
        const lines = statusLines(item.status);
        const text = lines.join('\n');
        if (text === last) continue;
        last = text;
        say(`${new Date().toISOString().slice(11, 23)}  ${lines.join(`\n${' '.repeat(14)}`)}`);
      }
    } catch {
      // This member cannot be asked now: the next one can.
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
