import type { MembershipEvent } from '../../src/index.ts';
import { World } from '../support/world.ts';

/** What the commands of one script work on, and the lines they have to show. */
export class Context {
  lines: string[] = [];
  private current: World | undefined;
  private shown = 0;

  get world(): World {
    if (this.current === undefined) throw new Error('a script begins with "members"');
    return this.current;
  }

  begin(names: readonly string[], links: readonly string[]): void {
    this.current = new World(names, links);
  }

  /** Shows the events since the last time. */
  showEvents(): void {
    const { seen } = this.world;
    for (const { atMs, by, event } of seen.slice(this.shown)) {
      this.lines.push(`  ${String(Math.round(atMs)).padStart(6)}  ${by}: ${describeEvent(event)}`);
    }
    this.shown = seen.length;
  }
}

/** A command of the script language; one file each. */
export interface Command {
  readonly name: string;
  /** How to write it, and what it does. */
  readonly help: string;
  run(context: Context, words: readonly string[]): void;
}

/** The word at a place, or an error that names what is missing. */
export function word(words: readonly string[], at: number, what: string): string {
  const found = words[at];
  if (found === undefined) throw new Error(`${what} is missing`);
  return found;
}

function describeEvent(event: MembershipEvent): string {
  switch (event.type) {
    case 'peer-suspected':
      return `suspects ${event.peer}, silent for ${Math.round(event.silentMs)} ms`;
    case 'peer-unreachable':
      return `reaches ${event.peer} only through ${event.via}`;
    case 'peer-lost':
      return `has lost ${event.peer}, silent for ${Math.round(event.silentMs)} ms`;
    case 'peer-alive':
      return `${event.peer} is alive (was ${event.before}), incarnation ${event.incarnation}`;
    case 'peer-left':
      return `${event.peer} has left`;
    case 'peer-restarted':
      return `${event.peer} was restarted: ${event.previousIncarnation}, now ${event.incarnation}`;
    case 'peer-health-changed':
      return `${event.peer} says of itself: ${event.health}`;
    case 'link-up':
    case 'link-down':
      return `${event.link} to ${event.peer} is ${event.type === 'link-up' ? 'up' : 'down'}`;
    case 'own-health-changed':
      return `says of itself: ${event.health}${event.health === 'late' ? ` by ${Math.round(event.lateMs)} ms` : ''}`;
  }
}
